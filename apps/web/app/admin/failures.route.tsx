import type { FailureOverview } from '@brainlyx/chat-contract'
import { Form, Link } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/failures.route.ts'
import { FailureStory } from './failure-story.tsx'
import { count, utcTime } from './figures.ts'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const reference = (new URL(request.url).searchParams.get('trace') ?? '').trim()
  const none = { reference, explanation: null, overview: null, problem: null }
  if (reference === '') return { ...none, overview: await chatApi.call('listFailures') }
  const explained = await chatApi.attempt('explainFailure', { params: { reference } })
  if (explained.ok) return { ...none, explanation: explained.value }
  if (explained.problem.status === 400) return { ...none, problem: explained.problem }
  return { ...none, explanation: await chatApi.call('explainFailure', { params: { reference } }) }
}

export function meta() {
  return [{ title: 'Failures · Brainlyx' }]
}

export default function Failures({ loaderData }: Route.ComponentProps) {
  const { reference, explanation, overview, problem } = loaderData
  return (
    <>
      <h1>Why did this fail?</h1>
      <search>
        <Form method="get" className="filters">
          <label className="field filter-search">
            <span>Trace id, or the id of a turn</span>
            <input
              key={reference}
              name="trace"
              defaultValue={reference}
              maxLength={64}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              aria-invalid={problem === null ? undefined : true}
              aria-describedby={problem === null ? undefined : 'trace-problem'}
            />
          </label>
          <button className="button button-primary">Explain</button>
        </Form>
      </search>
      {problem !== null && (
        <p id="trace-problem" className="form-problem" role="alert">
          This is neither a trace id, 32 digits and letters from a to f, nor the id of a turn.
        </p>
      )}
      {explanation !== null && <FailureStory explanation={explanation} />}
      {overview !== null && <Latest overview={overview} />}
      {reference !== '' && (
        <p>
          <Link to="/admin/failures">All that failed lately</Link>
        </p>
      )}
    </>
  )
}

function Latest({ overview: { groups, latest } }: { overview: FailureOverview }) {
  if (groups.length === 0) return <p>Nothing failed in the last day.</p>
  return (
    <>
      <section className="admin-section" aria-labelledby="groups">
        <h2 id="groups">The last day, by kind</h2>
        {/* It scrolls sideways, which keys must be able to do, too. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <section className="table-frame" aria-labelledby="groups" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Code</th>
                <th scope="col">Where</th>
                <th scope="col" className="number">
                  Times
                </th>
                <th scope="col" className="number">
                  Users
                </th>
                <th scope="col">Last</th>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr key={`${group.code} ${group.status} ${group.route}`}>
                  <th scope="row">
                    {group.code} <small>{group.status}</small>
                  </th>
                  <td data-name="Where">{group.route}</td>
                  <td className="number" data-name="Times">
                    {count(group.count)}
                  </td>
                  <td className="number" data-name="Users">
                    {count(group.users)}
                  </td>
                  <td data-name="Last">
                    <Link to={`?trace=${group.lastTraceId}`}>{utcTime(group.lastAt)}</Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </section>
      <section className="admin-section" aria-labelledby="latest">
        <h2 id="latest">The latest</h2>
        <ul className="event-list">
          {latest.map(({ id, createdAt, traceId, code, route }) => (
            <li key={id}>
              <Link to={`?trace=${traceId}`}>{utcTime(createdAt)}</Link> <strong>{code}</strong>{' '}
              {route}
            </li>
          ))}
        </ul>
        <p className="admin-note">
          Failures are kept for two weeks. Where very many come at once, some are left out.
        </p>
      </section>
    </>
  )
}
