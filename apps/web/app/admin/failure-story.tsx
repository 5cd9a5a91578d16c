import type {
  FailedAttempt,
  FailedDecision,
  FailedTurn,
  FailureExplanation,
} from '@brainlyx/chat-contract'
import { Link } from 'react-router'
import { count, dollars, milliseconds, utcTime } from './figures.ts'

/** What happened under a trace: what was noted, how the turn went, whom the router asked and why. */
export function FailureStory({ explanation }: { explanation: FailureExplanation }) {
  const { failures, turns, decisions } = explanation
  if (failures.length === 0 && turns.length === 0) {
    return (
      <p>
        Nothing is known of it. Failures are kept for two weeks, and where very many come at once
        some are left out; the logs of the services have every trace.
      </p>
    )
  }
  return (
    <>
      {failures.length > 0 && (
        <section className="admin-section" aria-labelledby="noted">
          <h2 id="noted">What failed</h2>
          <ul className="event-list">
            {failures.map(({ id, createdAt, code, status, route, service }) => (
              <li key={id}>
                <time dateTime={createdAt}>{utcTime(createdAt)}</time> <strong>{code}</strong> (
                {status}) in {service}, {route}
              </li>
            ))}
          </ul>
        </section>
      )}
      {turns.map((turn) => (
        <TurnStory key={turn.id} turn={turn} />
      ))}
      {decisions.map((decision) => (
        <DecisionStory key={decision.id} decision={decision} />
      ))}
    </>
  )
}

function TurnStory({ turn }: { turn: FailedTurn }) {
  const { id, userId, state, finish, model, problem, epoch, crashes, owner, attempts } = turn
  return (
    <section className="admin-section" aria-labelledby={`turn-${id}`}>
      <h2 id={`turn-${id}`}>The turn</h2>
      <dl className="facts">
        <dt>State</dt>
        <dd>
          {state}
          {finish !== null && finish !== state && `, ${finish}`}
        </dd>
        {problem !== null && (
          <>
            <dt>Problem</dt>
            <dd>
              <strong>{problem.code}</strong> ({problem.status}): {problem.title}{' '}
              {problem.retryable ? 'May be tried again.' : 'Would fail again.'}
            </dd>
          </>
        )}
        <dt>Model</dt>
        <dd>{model}</dd>
        <dt>Began</dt>
        <dd>{utcTime(turn.createdAt)}</dd>
        {turn.stopRequestedAt !== null && (
          <>
            <dt>Stop asked</dt>
            <dd>{utcTime(turn.stopRequestedAt)}</dd>
          </>
        )}
        <dt>Ended</dt>
        <dd>{turn.endedAt === null ? 'not yet' : utcTime(turn.endedAt)}</dd>
        <dt>Replica</dt>
        <dd>
          {owner === null ? 'none' : <code>{owner}</code>}
          {epoch > 1 && `, taken over ${epoch === 2 ? 'once' : `${count(epoch - 1)} times`}`}
          {crashes > 0 && `, ${count(crashes)} died over it`}
        </dd>
        <dt>User</dt>
        <dd>
          <Link to={`/admin/users/${userId}`}>Who asked</Link>
        </dd>
        <dt>Id</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </dl>
      <h3>Calls of providers</h3>
      {attempts.length === 0 ? (
        <p>None was made.</p>
      ) : (
        // It scrolls sideways, which keys must be able to do, too.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <section className="table-frame" aria-label="Calls of providers" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Deployment</th>
                <th scope="col">Outcome</th>
                <th scope="col" className="number">
                  First token
                </th>
                <th scope="col" className="number">
                  Took
                </th>
                <th scope="col" className="number">
                  Tokens in, out
                </th>
                <th scope="col" className="number">
                  Cost
                </th>
              </tr>
            </thead>
            <tbody>
              {attempts.map((attempt) => (
                <AttemptRow key={attempt.id} attempt={attempt} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}

function AttemptRow({ attempt }: { attempt: FailedAttempt }) {
  const { deployment, state, error, inputTokens, outputTokens, estimated, costPicoUsd } = attempt
  return (
    <tr>
      <th scope="row">
        {deployment} <small>{utcTime(attempt.createdAt).slice(11, 19)}</small>
      </th>
      <td data-name="Outcome">
        <span>
          {state}
          {error !== null && (
            <>
              : <strong>{error.code}</strong>
              {error.status !== null && ` (${error.status})`}
            </>
          )}
        </span>
      </td>
      <td className="number" data-name="First token">
        {milliseconds(attempt.timeToFirstTokenMs)}
      </td>
      <td className="number" data-name="Took">
        {milliseconds(attempt.durationMs)}
      </td>
      <td className="number" data-name="Tokens in, out">
        {inputTokens === null ? '–' : `${count(inputTokens)}, ${count(outputTokens ?? 0)}`}
        {estimated === true && ' (estimated)'}
      </td>
      <td className="number" data-name="Cost">
        {costPicoUsd === null ? '–' : dollars(costPicoUsd)}
      </td>
    </tr>
  )
}

function DecisionStory({ decision }: { decision: FailedDecision }) {
  const { id, at, model, strategy, order, dropped, steps, outcome } = decision
  return (
    <section className="admin-section" aria-labelledby={`decision-${id}`}>
      <h2 id={`decision-${id}`}>The router’s decision</h2>
      <p>
        <time dateTime={at}>{utcTime(at)}</time>: model {model}, chosen by {strategy}; {outcome}.
      </p>
      <Reasons name="Asked in this order" reasons={order} ordered />
      <Reasons name="Left out" reasons={dropped} />
      {steps.length > 0 && (
        <>
          <h3>In between</h3>
          <ul className="event-list">
            {steps.map(({ afterAttempts, what, deployment }, index) => (
              <li key={index}>
                after {count(afterAttempts)} {afterAttempts === 1 ? 'call' : 'calls'}: {what}
                {deployment !== undefined && ` (${deployment})`}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function Reasons({
  name,
  reasons,
  ordered = false,
}: {
  name: string
  reasons: readonly { deployment: string; why: string }[]
  ordered?: boolean
}) {
  if (reasons.length === 0) return null
  const List = ordered ? 'ol' : 'ul'
  return (
    <>
      <h3>{name}</h3>
      <List className="event-list">
        {reasons.map(({ deployment, why }) => (
          <li key={deployment}>
            <strong>{deployment}</strong>: {why}
          </li>
        ))}
      </List>
    </>
  )
}
