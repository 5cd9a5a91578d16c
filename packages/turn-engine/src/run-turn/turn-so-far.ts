import type { AnswerFinish, MessagePart, TurnFrame } from '@brainlyx/chat-contract'
import { parsePosition } from '../turn-log/log-position.ts'
import type { LogEntry } from '../turn-log/turn-log.ts'

type RouteFrame = Extract<TurnFrame, { type: 'route' }>
type UsageFrame = Extract<TurnFrame, { type: 'usage' }>

/** What a turn's log tells about it. */
export interface TurnSoFar {
  readonly isLogged: boolean
  /** What a reader has before them: the deltas since the last snapshot, joined. */
  readonly parts: MessagePart[]
  /** How the model ended its answer; nothing of it follows then. */
  readonly finish: AnswerFinish | undefined
  /** Who answered last. */
  readonly route: RouteFrame | undefined
  /** What provider calls took, by their ids in the ledger. */
  readonly usages: ReadonlyMap<string, UsageFrame>
  /** How many characters were produced under each epoch. */
  readonly producedLength: ReadonlyMap<number, number>
}

export function turnSoFar(entries: readonly LogEntry[]): TurnSoFar {
  let parts: MessagePart[] = []
  let finish: AnswerFinish | undefined
  let route: RouteFrame | undefined
  const usages = new Map<string, UsageFrame>()
  const producedLength = new Map<number, number>()
  const note = (id: string | null, text: string): void => {
    const epoch = parsePosition(id ?? '')?.epoch ?? 0
    producedLength.set(epoch, (producedLength.get(epoch) ?? 0) + text.length)
    finish = undefined
  }
  for (const { id, frame } of entries) {
    if (frame.type === 'answer-snapshot') {
      parts = structuredClone(frame.parts)
      // The snapshot of a whole answer leaves it whole; an empty one begins another.
      if (parts.length === 0) finish = undefined
    } else if (frame.type === 'route') route = frame
    else if (frame.type === 'usage') {
      if (frame.attemptId !== undefined) usages.set(frame.attemptId, frame)
      finish = frame.finish ?? finish
    } else if (frame.type === 'text-delta' || frame.type === 'reasoning-delta') {
      extend(parts, frame.type === 'text-delta' ? 'text' : 'reasoning', frame.text)
      note(id, frame.text)
    } else if (frame.type === 'tool-call') {
      parts.push(frame)
      note(id, frame.arguments)
    }
  }
  return { isLogged: entries.length > 0, parts, finish, route, usages, producedLength }
}

function extend(parts: MessagePart[], type: 'text' | 'reasoning', text: string): void {
  const last = parts.at(-1)
  if (last?.type === type) last.text += text
  else parts.push({ type, text })
}
