import type { Problem, TurnFrame } from '@brainlyx/chat-contract'
import { isAfter } from './frame-position.ts'
import { Patience } from './patience.ts'
import type { PatienceOptions } from './patience.ts'
import type { ReceivedFrame } from './read-frames.ts'

export interface TurnReaderOptions extends PatienceOptions {
  /** Asks for the answer: starts the turn, or goes on after `cursor`. */
  open: (cursor: string | undefined, signal: AbortSignal) => Promise<Response>
  read: (
    body: ReadableStream<Uint8Array>,
    onRetry: (retryMs: number) => void,
  ) => AsyncIterable<ReceivedFrame>
  onFrame: (received: ReceivedFrame) => void
  /** What the page was made with already. */
  cursor?: string | undefined
}

/** What ends a reading without the turn's own end. */
export type ReadingEnd = { ended: true } | { ended: false; problem: Problem }

/**
 * Reads a turn to its end, over as many connections as that takes. A body that ends without a final frame is a cut
 * line, never an end. Frames that are known already are left out; a snapshot is always taken, since it also says where
 * the log goes on where that began anew.
 */
export async function readTurn(options: TurnReaderOptions): Promise<ReadingEnd> {
  const { signal } = options
  const patience = new Patience(options)
  let { cursor } = options
  // Behind the cursor after a snapshot of a log that began anew: the cursor then still asks for such a snapshot.
  let lastId = cursor
  for (;;) {
    const answered = await patience.ask((attempt) => options.open(cursor, attempt))
    if (!answered.ok) return { ended: false, problem: answered.problem }
    const { body } = answered.response
    try {
      for await (const received of body === null ? [] : options.read(body, patience.advise)) {
        signal.throwIfAborted()
        patience.renew()
        const { id, frame } = received
        if (isKnown(frame, id, lastId)) continue
        lastId = frame.type === 'answer-snapshot' ? id : (id ?? lastId)
        cursor = id ?? cursor
        options.onFrame(received)
        if (isFinal(frame)) return { ended: true }
      }
    } catch {
      signal.throwIfAborted()
    }
    await patience.pause()
  }
}

function isKnown(frame: TurnFrame, id: string | undefined, lastId: string | undefined): boolean {
  if (id === undefined || lastId === undefined) return false
  return frame.type !== 'answer-snapshot' && !isFinal(frame) && !isAfter(id, lastId)
}

function isFinal(frame: TurnFrame): boolean {
  return frame.type === 'turn-end' || frame.type === 'turn-error'
}
