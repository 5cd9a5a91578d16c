import type { Message } from '@brainlyx/chat-contract'
import type { LiveTurn } from '../turn-stream/live-turn.ts'

/** Where a turn stands among the messages that are stored of the shown branch. */
export interface PlacedTurn {
  /** Those to be shown before it. */
  readonly messages: readonly Message[]
  /** Its question is not among them yet. */
  readonly showsQuestion: boolean
  /** Its answer follows them, as far as that is there. */
  readonly showsAnswer: boolean
  /** It belongs to another branch than the one that is shown. */
  readonly isElsewhere: boolean
}

type Placeable = Pick<LiveTurn, 'turnId' | 'userMessageId'> &
  Partial<Pick<LiveTurn, 'phase' | 'question' | 'follows' | 'inPlace'>>

/** @param messages the shown branch as it is stored, oldest first. */
export function placeTurn(messages: readonly Message[], turn: Placeable): PlacedTurn {
  const stored = { messages, showsQuestion: false, showsAnswer: false, isElsewhere: false }
  if (turn.phase === 'waiting') return stored
  if (messages.some(({ role, turnId }) => role === 'assistant' && turnId === turn.turnId)) {
    return stored
  }
  const questionAt = messages.findIndex(
    ({ role, id, turnId }) =>
      id === turn.userMessageId || (role === 'user' && turnId === turn.turnId),
  )
  if (turn.inPlace === true) {
    const before = questionAt >= 0 ? questionAt + 1 : endOf(messages, turn.follows)
    return {
      messages: messages.slice(0, before),
      showsQuestion: questionAt < 0 && turn.question !== null,
      showsAnswer: true,
      isElsewhere: false,
    }
  }
  // A question that has an answer on this branch is being answered anew on another one.
  const isElsewhere =
    messages.length > 0 && turn.userMessageId !== null && questionAt !== messages.length - 1
  return { ...stored, showsAnswer: !isElsewhere, isElsewhere }
}

function endOf(messages: readonly Message[], follows: string | null | undefined): number {
  if (follows === null) return 0
  const at = messages.findIndex(({ id }) => id === follows)
  return at < 0 ? messages.length : at + 1
}
