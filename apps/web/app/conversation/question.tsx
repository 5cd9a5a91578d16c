import type { Message } from '@brainlyx/chat-contract'
import { memo } from 'react'
import { EditIcon } from '../icons/icons.tsx'
import { BranchSwitch } from './branch-switch.tsx'
import { MessageEditor } from './message-editor.tsx'

export interface QuestionProps {
  text: string
  /** What is stored of it; absent while it is being sent. */
  message?: Message
  editing?: boolean
  /** What a search led to. */
  found?: boolean
  /** @param messageId which message is to be changed; null: none any more. */
  onEdit?: (messageId: string | null) => void
}

/** What a person wrote, as it was written. */
export const Question = memo(function Question({
  text,
  message,
  editing,
  found,
  onEdit,
}: QuestionProps) {
  if (message !== undefined && editing === true) {
    return <MessageEditor message={message} text={text} onClose={() => onEdit?.(null)} />
  }
  return (
    <div className="question-place" data-found={found === true ? '' : undefined}>
      <article
        id={message === undefined ? undefined : `message-${message.id}`}
        className="question"
        aria-label="You wrote"
      >
        <p>{text}</p>
      </article>
      {message !== undefined && (
        <div className="message-actions">
          <BranchSwitch message={message} />
          <a
            id={`edit-${message.id}`}
            className="small-button"
            href={`/c/${message.chatId}?edit=${message.id}#edit`}
            aria-label="Edit this message"
            onClick={(event) => {
              event.preventDefault()
              onEdit?.(message.id)
            }}
          >
            <EditIcon /> Edit
          </a>
        </div>
      )}
    </div>
  )
})
