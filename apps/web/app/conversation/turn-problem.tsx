import type { Problem } from '@brainlyx/chat-contract'
import { RetryIcon } from '../icons/icons.tsx'

/** Why there is no whole answer, and the same question as a new turn: a button of the composer's form. */
export function TurnProblem({
  problem,
  question,
}: {
  problem: Problem | null
  question: string | null
  chatId: string | null
}) {
  return (
    <div className="turn-problem" role="alert">
      <p>
        <strong>{problem?.title ?? 'There is no answer.'}</strong> {problem?.detail}
      </p>
      <p className="turn-problem-actions">
        {question !== null && (
          <button
            className="small-button"
            form="composer"
            name="example"
            value={question}
            formNoValidate
          >
            <RetryIcon /> Try again
          </button>
        )}
        {problem !== null && problem.traceId !== '' && (
          <span className="problem-trace">
            Trace <code>{problem.traceId}</code>
          </span>
        )}
      </p>
    </div>
  )
}
