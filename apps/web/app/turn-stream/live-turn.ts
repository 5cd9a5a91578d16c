import type { AnswerFinish, MessagePart, Problem, TurnFrame } from '@brainlyx/chat-contract'

/** What this tab knows of a turn that it started or follows. */
export interface LiveTurn {
  readonly turnId: string
  /** null until the server has made the chat. */
  readonly chatId: string | null
  /** What was asked; null where the question is stored already: a turn met half-way, an answer had anew. */
  readonly question: string | null
  /**
   * The message it comes after on the page; null: it begins the chat. undefined: the last one. Until the page is made
   * anew with what is stored, messages after that one are hidden.
   */
  readonly follows: string | null | undefined
  /** Sent from this page, and its reader has not turned to another branch since. */
  readonly inPlace: boolean
  /** The stored question; null until the server has said which. */
  readonly userMessageId: string | null
  /** `waiting`: its chat is busy; the line on the page shows it, and its stream is not read. */
  readonly phase: 'sending' | 'waiting' | 'answering' | 'reconnecting' | 'ended'
  readonly parts: readonly MessagePart[]
  /** Who answers; the model that was asked for until a route is known. */
  readonly model: string
  /** For how long the model has thought before it wrote; null while it does, or where it did not. */
  readonly reasoningMs: number | null
  readonly reasoningSinceMs: number | null
  readonly notice: string | null
  /** The last frame's place in the turn log. */
  readonly cursor: string | undefined
  readonly finish: AnswerFinish | null
  readonly problem: Problem | null
}

/** A turn of which nothing has been heard yet; with `seen`, what the page was made with. */
export function newLiveTurn(
  turn: Pick<LiveTurn, 'turnId' | 'chatId' | 'question' | 'model'> &
    Partial<Pick<LiveTurn, 'follows' | 'inPlace' | 'userMessageId'>>,
  seen?: Partial<Pick<LiveTurn, 'parts' | 'cursor'>>,
): LiveTurn {
  return {
    follows: undefined,
    inPlace: false,
    userMessageId: null,
    ...turn,
    phase: turn.inPlace === true ? 'sending' : 'answering',
    parts: seen?.parts ?? [],
    cursor: seen?.cursor,
    reasoningMs: null,
    reasoningSinceMs: null,
    notice: null,
    finish: null,
    problem: null,
  }
}

/** Whether its answer is being written, as far as this tab knows. */
export function isRunning(turn: LiveTurn | null): boolean {
  return turn !== null && turn.phase !== 'ended' && turn.phase !== 'waiting'
}

/** The turn after `frame`. @param nowMs for how long the model thinks. */
export function applyFrame(turn: LiveTurn, frame: TurnFrame, nowMs: number): LiveTurn {
  switch (frame.type) {
    case 'turn-start':
      return {
        ...turn,
        phase: 'answering',
        chatId: frame.chatId,
        userMessageId: frame.userMessageId,
        model: frame.model,
        notice: null,
      }
    case 'route':
      return { ...turn, phase: 'answering', model: frame.model }
    case 'reasoning-delta':
      return {
        ...turn,
        phase: 'answering',
        parts: appendText(turn.parts, 'reasoning', frame.text),
        reasoningSinceMs: turn.reasoningSinceMs ?? nowMs,
        reasoningMs: null,
      }
    case 'text-delta':
      return {
        ...turn,
        phase: 'answering',
        parts: appendText(turn.parts, 'text', frame.text),
        reasoningMs: thoughtFor(turn, nowMs),
      }
    case 'tool-call': {
      const { id, name } = frame
      const part = { type: 'tool-call', id, name, arguments: frame.arguments } as const
      return { ...turn, parts: [...turn.parts, part], reasoningMs: thoughtFor(turn, nowMs) }
    }
    case 'answer-snapshot':
      return { ...turn, phase: 'answering', parts: frame.parts }
    case 'notice':
      return frame.code === 'turn-waiting'
        ? { ...turn, phase: 'waiting' }
        : { ...turn, notice: frame.message }
    case 'turn-end':
      return {
        ...turn,
        phase: 'ended',
        finish: frame.finish,
        notice: null,
        reasoningMs: thoughtFor(turn, nowMs),
      }
    case 'turn-error':
      return {
        ...turn,
        phase: 'ended',
        finish: 'failed',
        notice: null,
        problem: frame.problem,
        reasoningMs: thoughtFor(turn, nowMs),
      }
    default:
      // `usage`, and kinds that came after this page was made.
      return turn
  }
}

function thoughtFor(turn: LiveTurn, nowMs: number): number | null {
  if (turn.reasoningMs !== null || turn.reasoningSinceMs === null) return turn.reasoningMs
  return nowMs - turn.reasoningSinceMs
}

function appendText(
  parts: readonly MessagePart[],
  type: 'text' | 'reasoning',
  text: string,
): readonly MessagePart[] {
  const last = parts.at(-1)
  if (last?.type === type) return [...parts.slice(0, -1), { type, text: last.text + text }]
  return [...parts, { type, text }]
}
