import type { Problem } from '@brainlyx/chat-contract'
import { RetryIcon } from '../icons/icons.tsx'

/** Why there is no whole answer, and the way to another one: a button of the composer's form. */
export function TurnProblem({
  problem,
  questionId,
}: {
  problem: Problem | null
  questionId: string | null
}) {
  return (
    <div className="turn-problem" role="alert">
      <p>
        <strong>{problem?.title ?? 'There is no answer.'}</strong> {problem?.detail}
      </p>
      <p className="turn-problem-actions">
        {questionId !== null && (
          <button
            className="small-button"
            form="composer"
            name="answerTo"
            value={questionId}
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
