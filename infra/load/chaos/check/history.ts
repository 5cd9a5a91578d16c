/** Times are of `Date.now()`, as in the simulator's log and in Postgres. */
export interface SeenFrame {
  readonly at: number
  /** Which of the turn's calls brought it. */
  readonly call: number
  /** `epoch-seq`; null: told without a log behind it. */
  readonly id: string | null
  readonly frame: Frame
}

export interface Frame {
  readonly type: string
  readonly turnId?: string
  readonly chatId?: string
  readonly messageId?: string | null
  readonly text?: string
  readonly parts?: readonly { readonly type: string; readonly text?: string }[]
  readonly problem?: unknown
}

export interface Call {
  readonly request: string
  readonly lastEventId: string | undefined
  readonly invokedAt: number
  endedAt: number | undefined
  /** Undefined: no response came. */
  status: number | undefined
  /** `unknown`: it broke before its status, so that nobody knows what it did. */
  outcome: 'invoked' | 'acknowledged' | 'failed' | 'unknown'
  /** Of a response that is no success. */
  problem: { readonly contentType: string; readonly body: string } | undefined
  /** Why a stream broke, where it did not end by itself. */
  broken: string | undefined
}

/** All that one virtual user knows of one turn. */
export interface TurnHistory {
  readonly turnId: string
  readonly user: number
  readonly prompt: string
  /** A word that only this prompt has. */
  readonly marker: string
  chatId: string | undefined
  acknowledgedAt: number | undefined
  endedAt: number | undefined
  readonly calls: Call[]
  readonly frames: SeenFrame[]
}

export function isFinal({ frame }: SeenFrame): boolean {
  return frame.type === 'turn-end' || frame.type === 'turn-error'
}

/** What the reader has on screen: the deltas after the last snapshot, and that. Without a cursor it begins anew. */
export function textSeen({ frames, calls }: Pick<TurnHistory, 'frames' | 'calls'>): string {
  let text = ''
  let call = 0
  for (const seen of frames) {
    const { frame } = seen
    if (seen.call !== call && calls[seen.call]?.lastEventId === undefined) text = ''
    call = seen.call
    if (frame.type === 'text-delta') text += frame.text ?? ''
    if (frame.type === 'answer-snapshot') text = textOf(frame.parts ?? [])
  }
  return text
}

export function textOf(parts: readonly { type: string; text?: string }[]): string {
  return parts.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('')
}
