import type { InstallationOverview } from '@brainlyx/chat-contract'
import { Link } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/overview.route.ts'
import { count, dollars, utcTime } from './figures.ts'

export function loader({ context }: Route.LoaderArgs) {
  return context.get(pageRequest).chatApi.call('getInstallationOverview')
}

export function meta() {
  return [{ title: 'Administration · Brainlyx' }]
}

export default function Overview({ loaderData }: Route.ComponentProps) {
  const { users, activeToday, spentThisMonthPicoUsd, turns, failures, degraded } = loaderData
  return (
    <>
      <h1>Overview</h1>
      {degraded.length > 0 && (
        <p className="form-problem">
          Away at the moment: {degraded.join(', ')}. Some of it may not be counted.
        </p>
      )}
      <dl className="figures">
        <Figure name="Members">{total(users, 'member')}</Figure>
        <Figure name="Guests">{total(users, 'guest')}</Figure>
        <Figure name="Active today">{known(activeToday, count)}</Figure>
        <Figure name="Spent this month">{known(spentThisMonthPicoUsd, dollars)}</Figure>
      </dl>
      <section className="admin-section" aria-labelledby="last-hour">
        <h2 id="last-hour">The last hour</h2>
        {turns === null ? (
          <p>Turns could not be counted in time.</p>
        ) : (
          <dl className="figures">
            <Figure name="Answered">{count(turns.completed)}</Figure>
            <Figure name="Stopped">{count(turns.stopped)}</Figure>
            <Figure name="Failed">{count(turns.failed)}</Figure>
            <Figure name="Running">{count(turns.running + turns.waiting)}</Figure>
          </dl>
        )}
        <Failures failures={failures} />
      </section>
      <Tiers users={users} />
      <p className="admin-note">
        Counted at <time dateTime={loaderData.countedAt}>{utcTime(loaderData.countedAt)}</time>,
        once a minute. Days and months are in UTC.
      </p>
    </>
  )
}

function Figure({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Failures({ failures }: Pick<InstallationOverview, 'failures'>) {
  if (failures === null) return <p>Failures could not be counted.</p>
  if (failures.length === 0) return <p>Nothing failed.</p>
  return (
    <p>
      {failures.map(({ code, count: times }) => `${code} (${count(times)})`).join(', ')}.{' '}
      <Link to="/admin/failures">See failures</Link>
    </p>
  )
}

function Tiers({ users }: Pick<InstallationOverview, 'users'>) {
  const members = users?.filter(({ kind }) => kind === 'member') ?? []
  if (members.length === 0) return null
  return (
    <section className="admin-section" aria-labelledby="by-tier">
      <h2 id="by-tier">Members by tier</h2>
      <ul className="tier-counts">
        {members
          .toSorted((one, other) => other.count - one.count)
          .map((each) => (
            <li key={each.tier}>
              <Link to={`/admin/users?kind=member&tier=${each.tier}`}>{each.tier}</Link>{' '}
              {count(each.count)}
            </li>
          ))}
      </ul>
    </section>
  )
}

function total(users: InstallationOverview['users'], kind: 'guest' | 'member'): string {
  return known(users, (counts) =>
    count(counts.filter((each) => each.kind === kind).reduce((sum, each) => sum + each.count, 0)),
  )
}

function known<T>(value: T | null, show: (value: T) => string): string {
  return value === null ? 'not known' : show(value)
}
