import type { AuditEvent } from '@brainlyx/chat-contract'
import { Form, Link, data } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/audit.route.ts'
import { utcTime } from './figures.ts'

const FILTERS = ['action', 'actor', 'subject', 'from', 'until'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const { searchParams } = new URL(request.url)
  const chosen = Object.fromEntries(
    FILTERS.map((name) => [name, (searchParams.get(name) ?? '').trim()]),
  ) as Record<(typeof FILTERS)[number], string>
  const filter = Object.fromEntries(
    Object.entries(chosen)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, name === 'from' || name === 'until' ? startOf(value) : value]),
  )
  const cursor = searchParams.get('cursor') ?? undefined
  // What was chosen is judged by chat-api.
  const query = { ...filter, cursor } as never
  const { chatApi } = context.get(pageRequest)
  const found = await chatApi.attempt('listAuditLog', { query })
  if (!found.ok && found.problem.status !== 400) await chatApi.call('listAuditLog', { query })
  const page = found.ok ? found.value : null
  const kept = Object.entries(chosen).filter(([, value]) => value !== '')
  return {
    chosen,
    events: page?.events ?? null,
    isFirstPage: cursor === undefined,
    exportPath: `/api/v1/admin/audit-log/export?${new URLSearchParams(filter).toString()}`,
    firstPage: `?${new URLSearchParams(kept).toString()}`,
    nextPage:
      page === null || page.nextCursor === null
        ? null
        : `?${new URLSearchParams([...kept, ['cursor', page.nextCursor]]).toString()}`,
  }
}

/** The log knows pseudonyms; whoever knows a person may ask for theirs. */
export async function action({ request, context }: Route.ActionArgs) {
  const person = textField(await request.formData(), 'person').trim()
  const { chatApi } = context.get(pageRequest)
  const found = await chatApi.attempt('findPseudonyms', { body: { person } })
  if (found.ok) return { person, pseudonyms: found.value.pseudonyms, problem: null }
  return data({ person, pseudonyms: [], problem: found.problem }, { status: found.problem.status })
}

export function meta() {
  return [{ title: 'Audit log · Brainlyx' }]
}

export default function AuditLog({ loaderData, actionData }: Route.ComponentProps) {
  const { chosen, events, isFirstPage, exportPath, firstPage, nextPage } = loaderData
  return (
    <>
      <h1>Audit log</h1>
      <search>
        <Form method="get" className="filters" key={JSON.stringify(chosen)}>
          <label className="field">
            <span>Action</span>
            <input
              name="action"
              defaultValue={chosen.action}
              maxLength={64}
              autoCapitalize="none"
            />
          </label>
          <label className="field filter-search">
            <span>By (a pseudonym)</span>
            <input name="actor" defaultValue={chosen.actor} maxLength={43} spellCheck={false} />
          </label>
          <label className="field filter-search">
            <span>To (a pseudonym)</span>
            <input name="subject" defaultValue={chosen.subject} maxLength={43} spellCheck={false} />
          </label>
          <label className="field">
            <span>From</span>
            <input type="date" name="from" defaultValue={chosen.from} />
          </label>
          <label className="field">
            <span>Before</span>
            <input type="date" name="until" defaultValue={chosen.until} />
          </label>
          <button className="button button-primary">Show</button>
        </Form>
      </search>
      {events === null ? (
        <p className="form-problem" role="alert">
          There is no such action or pseudonym. Actions look like role-change; pseudonyms have 43
          characters.
        </p>
      ) : events.length === 0 ? (
        <p>Nothing like that happened. Without dates these are the last 90 days.</p>
      ) : (
        <ul className="event-list">
          {events.map((event) => (
            <li key={event.id}>
              <Event event={event} />
            </li>
          ))}
        </ul>
      )}
      {(nextPage !== null || !isFirstPage) && (
        <nav className="admin-pages" aria-label="Pages of the audit log">
          {!isFirstPage && <Link to={firstPage}>First page</Link>}
          {nextPage !== null && <Link to={nextPage}>Next page</Link>}
        </nav>
      )}
      <p>
        <a href={exportPath} download>
          Export what is shown
        </a>
      </p>
      <section className="admin-section" aria-labelledby="who">
        <h2 id="who">Find somebody</h2>
        <p>The log has pseudonyms only. Name a person to see under which it knows them.</p>
        <Form method="post" className="filters">
          <label className="field filter-search">
            <span>E-mail, user id or network address</span>
            <input
              name="person"
              required
              maxLength={320}
              autoComplete="off"
              autoCapitalize="none"
              defaultValue={actionData?.person}
            />
          </label>
          <button className="button">Find</button>
        </Form>
        {actionData?.problem != null && (
          <p className="form-problem" role="alert">
            {actionData.problem.title}
          </p>
        )}
        {actionData?.problem === null && <Pseudonyms of={actionData.pseudonyms} />}
      </section>
    </>
  )
}

function Pseudonyms({ of }: { of: readonly string[] }) {
  if (of.length === 0) return <output>The log knows nobody like that.</output>
  return (
    <ul className="event-list">
      {of.map((pseudonym) => (
        <li key={pseudonym}>
          <code>{pseudonym}</code>: <Link to={`?actor=${pseudonym}`}>what they did</Link>,{' '}
          <Link to={`?subject=${pseudonym}`}>what was done to them</Link>
        </li>
      ))}
    </ul>
  )
}

function Event({ event }: { event: AuditEvent }) {
  const { at, actorKind, actor, action, outcome, subject, details, traceId } = event
  const facts = Object.entries(details).map(([name, value]) => `${name}: ${String(value)}`)
  return (
    <>
      <time dateTime={at}>{utcTime(at)}</time> <strong>{action}</strong>
      {outcome !== 'completed' && `, ${outcome}`} by{' '}
      {actor === null ? (
        'the service'
      ) : (
        <Link to={`?actor=${actor}`} title={actor}>
          {NAMES[actorKind]} {actor.slice(0, 8)}…
        </Link>
      )}
      {subject !== null && (
        <>
          {' to '}
          <Link to={`?subject=${subject}`} title={subject}>
            {subject.slice(0, 8)}…
          </Link>
        </>
      )}
      {facts.length > 0 && `, ${facts.join(', ')}`}
      {traceId !== null && (
        <>
          , <Link to={`/admin/failures?trace=${traceId}`}>trace</Link>
        </>
      )}
    </>
  )
}

const NAMES = { admin: 'administrator', user: 'user', service: 'service' } as const

/** A day as its first moment, in UTC. */
function startOf(day: string): string {
  return `${day}T00:00:00Z`
}
