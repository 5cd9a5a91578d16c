import type { AnswerFinish, Message, Problem, WaitingTurn } from '@brainlyx/chat-contract'
import { useState } from 'react'
import { isRunning } from '../turn-stream/live-turn.ts'
import type { LiveTurn } from '../turn-stream/live-turn.ts'
import type { OutgoingMessage } from '../turn-stream/turn-store.ts'
import { Answer } from './answer.tsx'
import { LoadEarlier } from './load-earlier.tsx'
import { placeTurn } from './place-turn.ts'
import { Question } from './question.tsx'
import { TurnProblem } from './turn-problem.tsx'
import { TurnAnnouncer } from './turn-announcer.tsx'
import { useStickToEnd } from './stick-to-end.ts'
import { WaitingLine } from './waiting-line.tsx'

export interface TranscriptProps {
  chatId: string | null
  messages: readonly Message[]
  /** The turn that this tab follows, or the last one that it did. */
  turn: LiveTurn | null
  /** What the page was made with of a turn that runs. */
  running?: {
    turnId: string
    userMessageId: string | null
    parts: LiveTurn['parts']
    model: string | null
  } | null
  /** The last question's turn, where it ended without a whole answer. */
  unanswered?: { turnId: string; finish: AnswerFinish | null; problem: Problem | null } | null
  waiting?: readonly WaitingTurn[]
  outgoing?: readonly OutgoingMessage[]
  /** Which message is being changed when the page is made. */
  editedId?: string | null
  earlier?: { cursor: string; load: () => Promise<void>; failed: boolean } | undefined
  /** Where the page with the messages after these begins. */
  newerCursor?: string | null
  isEarlierPage?: boolean
  /** What is in view at first: a message, which is marked, too; the end unless told otherwise. */
  beginsAt?: string | null
}

/** What was said, oldest first; the answer being written is replaced in place by the stored one. */
export function Transcript(props: TranscriptProps) {
  const { chatId, turn, running, waiting = [], outgoing = [] } = props
  const listRef = useStickToEnd(chatId, props.beginsAt ?? null)
  const [editedId, setEditedId] = useState(props.editedId ?? null)

  const answer = turn?.phase === 'waiting' ? running : (turn ?? running)
  const placed = answer == null ? null : placeTurn(props.messages, answer)
  const messages = placed?.messages ?? props.messages
  const failure = failureOf(props)
  return (
    <div className="transcript" ref={listRef}>
      <div role="log" aria-live="off" aria-label="Conversation" className="messages">
        {props.earlier !== undefined && (
          <LoadEarlier
            cursor={props.earlier.cursor}
            load={props.earlier.load}
            failed={props.earlier.failed}
          />
        )}
        {messages.map((message) =>
          message.role === 'user' ? (
            <Question
              key={`question-${message.turnId}`}
              text={textOf(message)}
              message={message}
              editing={editedId === message.id}
              onEdit={setEditedId}
              found={message.id === props.beginsAt}
            />
          ) : (
            <Answer
              key={`answer-${message.turnId}`}
              parts={message.parts}
              model={message.model}
              state={message.finish ?? 'stop'}
              reasoningMs={turn?.turnId === message.turnId ? turn.reasoningMs : null}
              message={message}
              found={message.id === props.beginsAt}
            />
          ),
        )}
        {placed?.showsQuestion === true && turn !== null && (
          <Question key={`question-${turn.turnId}`} text={turn.question ?? ''} />
        )}
        {placed?.showsAnswer === true && answer != null && (
          <Answer
            key={`answer-${answer.turnId}`}
            parts={answer.parts}
            model={answer.model}
            state={answer === running || isRunning(turn) ? 'running' : (turn?.finish ?? 'stop')}
            reasoningMs={turn?.reasoningMs ?? null}
            reconnecting={turn?.phase === 'reconnecting'}
            notice={turn?.notice ?? null}
          />
        )}
        {failure !== null && (
          <TurnProblem
            problem={failure.problem}
            questionId={
              (turn?.turnId === failure.turnId ? turn.userMessageId : null) ??
              questionOf(props.messages, failure.turnId)
            }
          />
        )}
        {placed?.isElsewhere === true && (answer === running || isRunning(turn)) && (
          <p className="transcript-note">
            An answer is being written in another version of this chat.{' '}
            <button
              className="small-button"
              form="composer"
              name="show"
              value={answer?.userMessageId ?? ''}
              formNoValidate
            >
              Show it
            </button>
          </p>
        )}
        <WaitingLine waiting={waiting} outgoing={outgoing} />
        {props.isEarlierPage === true && (
          <p className="transcript-note">
            {props.newerCursor != null && (
              <>
                <a href={`?from=${encodeURIComponent(props.newerCursor)}`}>Newer messages</a> ·{' '}
              </>
            )}
            <a href={`/c/${chatId}`}>Back to the latest messages</a>
          </p>
        )}
        <span id="latest" />
      </div>
      <TurnAnnouncer turn={turn} />
    </div>
  )
}

/** The failed turn at the end of what is shown. */
function failureOf({
  turn,
  unanswered,
  messages,
}: TranscriptProps): { turnId: string; problem: Problem | null } | null {
  if (turn === null) return unanswered ?? null
  if (turn.phase !== 'ended' || turn.finish !== 'failed') return null
  const last = messages.at(-1)
  const isAtEnd =
    turn.inPlace ||
    last?.turnId === turn.turnId ||
    last?.id === turn.userMessageId ||
    last?.parentId === turn.userMessageId
  return isAtEnd ? turn : null
}

/** The question of a turn: its own message, or the one that its answer answers anew. */
function questionOf(messages: readonly Message[], turnId: string): string | null {
  const own = messages.filter((message) => message.turnId === turnId)
  const question = own.find(({ role }) => role === 'user')
  return question?.id ?? own[0]?.parentId ?? null
}

function textOf(message: Message): string {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
