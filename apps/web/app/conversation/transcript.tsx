import type { AnswerFinish, Message, Problem } from '@brainlyx/chat-contract'
import { isRunning } from '../turn-stream/live-turn.ts'
import type { LiveTurn } from '../turn-stream/live-turn.ts'
import { Answer } from './answer.tsx'
import { LoadEarlier } from './load-earlier.tsx'
import { Question } from './question.tsx'
import { TurnProblem } from './turn-problem.tsx'
import { TurnAnnouncer } from './turn-announcer.tsx'
import { useStickToEnd } from './stick-to-end.ts'

export interface TranscriptProps {
  chatId: string | null
  messages: readonly Message[]
  /** The turn that this tab follows, or the last one that it did. */
  turn: LiveTurn | null
  /** What the page was made with of a turn that runs. */
  running?: { turnId: string; parts: LiveTurn['parts']; model: string | null } | null
  /** The last question's turn, where it ended without a whole answer. */
  unanswered?: { turnId: string; finish: AnswerFinish | null; problem: Problem | null } | null
  earlier?: { cursor: string; load: () => Promise<void>; failed: boolean } | undefined
  isEarlierPage?: boolean
}

/** What was said, oldest first; the answer being written is replaced in place by the stored one. */
export function Transcript(props: TranscriptProps) {
  const { chatId, messages, turn, running, unanswered } = props
  const listRef = useStickToEnd(chatId)
  const has = (turnId: string, role: Message['role']): boolean =>
    messages.some((message) => message.turnId === turnId && message.role === role)

  const showsQuestion = turn?.question != null && !has(turn.turnId, 'user')
  const answer = turn ?? running
  const showsAnswer = answer != null && !has(answer.turnId, 'assistant')
  const failure = turn === null ? (unanswered ?? null) : failureOf(turn)
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
            <Question key={`question-${message.turnId}`} text={textOf(message)} />
          ) : (
            <Answer
              key={`answer-${message.turnId}`}
              parts={message.parts}
              model={message.model}
              state={message.finish ?? 'stop'}
              reasoningMs={turn?.turnId === message.turnId ? turn.reasoningMs : null}
            />
          ),
        )}
        {showsQuestion && <Question key={`question-${turn.turnId}`} text={turn.question ?? ''} />}
        {showsAnswer && (
          <Answer
            key={`answer-${answer.turnId}`}
            parts={answer.parts}
            model={answer.model}
            state={turn === null || isRunning(turn) ? 'running' : (turn.finish ?? 'stop')}
            reasoningMs={turn?.reasoningMs ?? null}
            reconnecting={turn?.phase === 'reconnecting'}
            notice={turn?.notice ?? null}
          />
        )}
        {failure !== null && (
          <TurnProblem
            problem={failure.problem}
            question={turn?.question ?? questionOf(messages, failure.turnId)}
            chatId={turn?.chatId ?? chatId}
          />
        )}
        {props.isEarlierPage === true && (
          <p className="transcript-note">
            <a href={`/c/${chatId}`}>Back to the latest messages</a>
          </p>
        )}
        <span id="latest" />
      </div>
      <TurnAnnouncer turn={turn} />
    </div>
  )
}

function failureOf(turn: LiveTurn): { turnId: string; problem: Problem | null } | null {
  return turn.finish === 'failed' ? turn : null
}

function questionOf(messages: readonly Message[], turnId: string): string | null {
  const question = messages.find((message) => message.turnId === turnId && message.role === 'user')
  return question === undefined ? null : textOf(question)
}

function textOf(message: Message): string {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
