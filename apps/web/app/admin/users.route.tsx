import type { ManagedUser } from '@brainlyx/chat-contract'
import { Form, Link } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/users.route.ts'
import { utcTime } from './figures.ts'
import { UserBadges } from './user-badges.tsx'

const FILTERS = ['search', 'kind', 'role', 'tier', 'banned'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const { searchParams } = new URL(request.url)
  const chosen = Object.fromEntries(
    FILTERS.map((name) => [name, (searchParams.get(name) ?? '').trim()]),
  ) as Record<(typeof FILTERS)[number], string>
  const cursor = searchParams.get('cursor') ?? undefined
  const filter = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== ''))
  // What was chosen is judged by chat-api.
  const query = { ...filter, cursor } as never
  const { chatApi } = context.get(pageRequest)
  const found = await chatApi.attempt('listUsers', { query })
  if (!found.ok && found.problem.status !== 400) await chatApi.call('listUsers', { query })
  return {
    chosen,
    isFirstPage: cursor === undefined,
    page: found.ok ? found.value : null,
    nextPage:
      found.ok && found.value.nextCursor !== null
        ? `?${new URLSearchParams({ ...filter, cursor: found.value.nextCursor }).toString()}`
        : null,
  }
}

export function meta() {
  return [{ title: 'Users · Brainlyx' }]
}

export default function Users({ loaderData }: Route.ComponentProps) {
  const { chosen, page, nextPage, isFirstPage } = loaderData
  return (
    <>
      <h1>Users</h1>
      <search>
        <Form method="get" className="filters" key={JSON.stringify(chosen)}>
          <label className="field filter-search">
            <span>E-mail or name begins with</span>
            <input
              type="search"
              name="search"
              defaultValue={chosen.search}
              maxLength={254}
              autoComplete="off"
              autoCapitalize="none"
              enterKeyHint="search"
            />
          </label>
          <Choice
            label="Kind"
            name="kind"
            value={chosen.kind}
            options={{ member: 'Members', guest: 'Guests' }}
          />
          <Choice
            label="Role"
            name="role"
            value={chosen.role}
            options={{ admin: 'Administrators', user: 'Users' }}
          />
          <Choice
            label="Tier"
            name="tier"
            value={chosen.tier}
            options={Object.fromEntries((page?.tiers ?? []).map((tier) => [tier, tier]))}
          />
          <Choice
            label="Banned"
            name="banned"
            value={chosen.banned}
            options={{ true: 'Banned', false: 'Not banned' }}
          />
          <button className="button button-primary">Show</button>
        </Form>
      </search>
      {page === null ? (
        <p className="form-problem" role="alert">
          This cannot be searched for. Start again with fewer filters.
        </p>
      ) : page.users.length === 0 ? (
        <p>{isFirstPage ? 'No user is like that.' : 'There are no more.'}</p>
      ) : (
        <ul className="admin-list">
          {page.users.map((user) => (
            <li key={user.id}>
              <UserRow user={user} />
            </li>
          ))}
        </ul>
      )}
      {(nextPage !== null || !isFirstPage) && (
        <nav className="admin-pages" aria-label="Pages of users">
          {!isFirstPage && <Link to={firstPage(chosen)}>First page</Link>}
          {nextPage !== null && <Link to={nextPage}>Next page</Link>}
        </nav>
      )}
    </>
  )
}

function UserRow({ user }: { user: ManagedUser }) {
  return (
    <Link to={`/admin/users/${user.id}`} className="admin-row">
      <span className="admin-row-name">
        {user.email ?? (user.kind === 'guest' ? 'Guest' : 'No address')}
        {user.name !== null && <small> {user.name}</small>}
      </span>
      <UserBadges user={user} />
      <small>
        since <time dateTime={user.createdAt}>{utcTime(user.createdAt).slice(0, 10)}</time>
      </small>
    </Link>
  )
}

function Choice({
  label,
  name,
  value,
  options,
}: {
  label: string
  name: string
  value: string
  options: Readonly<Record<string, string>>
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <select name={name} defaultValue={value}>
        <option value="">Any</option>
        {Object.entries(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

function firstPage(chosen: Record<string, string>): string {
  const filter = Object.entries(chosen).filter(([, value]) => value !== '')
  return `?${new URLSearchParams(filter).toString()}`
}
