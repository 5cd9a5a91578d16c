import type { WaitingTurn } from '@brainlyx/chat-contract'
import type { OutgoingMessage } from '../turn-stream/turn-store.ts'
import { UndoIcon } from '../icons/icons.tsx'

export interface WaitingLineProps {
  /** What the server has of it, first to be answered first. */
  waiting: readonly WaitingTurn[]
  /** What is on its way there. */
  outgoing: readonly OutgoingMessage[]
}

/** Messages that were sent while an answer is being written, each with a way to take it back. */
export function WaitingLine({ waiting, outgoing }: WaitingLineProps) {
  const arriving = outgoing.filter(({ turnId }) => !waiting.some((turn) => turn.turnId === turnId))
  const count = waiting.length + arriving.length
  if (count === 0) return null
  return (
    <ol className="line" aria-label="Messages that wait for their turn">
      {waiting.map(({ turnId, text }, index) => (
        <li key={turnId} className="line-message">
          <Text text={text} />
          <div className="message-actions">
            <span>{count === 1 ? 'Waiting' : `Waiting, ${index + 1} of ${count}`}</span>
            <button
              className="small-button"
              form="composer"
              name="takeBack"
              value={turnId}
              formNoValidate
            >
              <UndoIcon /> Take back
            </button>
          </div>
        </li>
      ))}
      {arriving.map(({ turnId, text, reconnecting }) => (
        <li key={turnId} className="line-message">
          <Text text={text} />
          <div className="message-actions">
            <span>{reconnecting ? 'Reconnecting…' : 'Sending…'}</span>
          </div>
        </li>
      ))}
    </ol>
  )
}

function Text({ text }: { text: string | null }) {
  return <p className={text === null ? 'line-regenerate' : ''}>{text ?? 'Another answer'}</p>
}
