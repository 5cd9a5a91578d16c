import type { MessagePart, TurnFrame } from '@brainlyx/chat-contract'

export interface AnswerSoFar {
  readonly parts: MessagePart[]
  /** Who answered, where that was said. */
  readonly model: string | undefined
}

/** What a reader of these frames has before them: the deltas since the last snapshot, joined. */
export function answerSoFar(frames: readonly TurnFrame[]): AnswerSoFar {
  let parts: MessagePart[] = []
  let model: string | undefined
  for (const frame of frames) {
    if (frame.type === 'answer-snapshot') parts = structuredClone(frame.parts)
    else if (frame.type === 'route') model = frame.model
    else if (frame.type === 'text-delta') extend(parts, 'text', frame.text)
    else if (frame.type === 'reasoning-delta') extend(parts, 'reasoning', frame.text)
    else if (frame.type === 'tool-call') parts.push(frame)
  }
  return { parts: parts.map(wellFormed), model }
}

function extend(parts: MessagePart[], type: 'text' | 'reasoning', text: string): void {
  const last = parts.at(-1)
  if (last?.type === type) last.text += text
  else parts.push({ type, text })
}

/** A process that died may have left half of an emoji, which Postgres refuses. */
function wellFormed(part: MessagePart): MessagePart {
  return part.type === 'tool-call'
    ? { ...part, arguments: part.arguments.toWellFormed() }
    : { ...part, text: part.text.toWellFormed() }
}
