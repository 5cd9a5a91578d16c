import type { AnswerFinish, Message, MessagePart } from '@brainlyx/chat-contract'
import { memo } from 'react'
import { RetryIcon } from '../icons/icons.tsx'
import { CopyButton } from '../markdown/copy-button.tsx'
import { Markdown } from '../markdown/markdown.tsx'
import { BrandMark } from '../shell/brand.tsx'
import { AnswerCost } from './answer-cost.tsx'
import { BranchSwitch } from './branch-switch.tsx'
import { Reasoning } from './reasoning.tsx'

export interface AnswerProps {
  parts: readonly MessagePart[]
  model: string | null
  state: AnswerFinish | 'running'
  /** How long the model thought; null where that was not measured here. */
  reasoningMs: number | null
  reconnecting?: boolean
  notice?: string | null
  /** What is stored of it; absent while it is being written. */
  message?: Message
  /** What a search led to. */
  found?: boolean
}

const ENDINGS: Partial<Record<AnswerFinish, string>> = {
  stopped: 'You stopped this answer.',
  length: 'The answer reached its longest length and ends here.',
  'content-filter': 'The provider withheld the rest of this answer.',
}

export const Answer = memo(function Answer(props: AnswerProps) {
  const { parts, model, state, message, found, reconnecting = false, notice = null } = props
  const running = state === 'running'
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const ending = running ? undefined : ENDINGS[state]
  return (
    <article
      id={message === undefined ? undefined : `message-${message.id}`}
      className="answer"
      data-found={found === true ? '' : undefined}
      aria-label={`Answer${model === null ? '' : ` by ${model}`}`}
      aria-busy={running}
    >
      <BrandMark />
      <div className="answer-body">
        {parts.map((part, index) => (
          // Parts only ever come after one another.
          <Part key={index} part={part} last={index === parts.length - 1} {...props} />
        ))}
        {running && parts.length === 0 && <Waiting />}
        {ending !== undefined && <p className="answer-ending">{ending}</p>}
        {notice !== null && <p className="answer-ending">{notice}</p>}
        {reconnecting && <p className="answer-ending">Reconnecting…</p>}
        <footer className="answer-footer">
          {!running && text !== '' && <CopyButton text={text} label="Copy" />}
          {message?.parentId != null && <Regenerate questionId={message.parentId} />}
          {message !== undefined && <BranchSwitch message={message} />}
          {model !== null && <span className="answer-model">{model}</span>}
          {message?.cost != null && <AnswerCost cost={message.cost} />}
        </footer>
      </div>
    </article>
  )
})

function Part({
  part,
  last,
  state,
  reasoningMs,
}: AnswerProps & { part: MessagePart; last: boolean }) {
  const streaming = state === 'running' && last
  switch (part.type) {
    case 'text':
      return <Markdown text={part.text} streaming={streaming} />
    case 'reasoning':
      return <Reasoning text={part.text} streaming={streaming} durationMs={reasoningMs} />
    default:
      return (
        <p className="tool-call">
          Asked for <code>{part.name}</code>
        </p>
      )
  }
}

function Waiting() {
  return (
    <p className="waiting">
      <span className="waiting-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className="visually-hidden">Waiting for the answer</span>
    </p>
  )
}

function Regenerate({ questionId }: { questionId: string }) {
  return (
    <button
      className="small-button"
      form="composer"
      name="answerTo"
      value={questionId}
      aria-label="Answer again"
      formNoValidate
    >
      <RetryIcon /> Again
    </button>
  )
}
