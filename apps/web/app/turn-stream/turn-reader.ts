import type { Problem, TurnFrame } from '@brainlyx/chat-contract'
import type { ReceivedFrame } from './read-frames.ts'

export interface TurnReaderOptions {
  /** Asks for the answer: starts the turn, or goes on after `cursor`. */
  open: (cursor: string | undefined, signal: AbortSignal) => Promise<Response>
  read: (body: ReadableStream<Uint8Array>) => AsyncIterable<ReceivedFrame>
  problemOf: (response: Response) => Promise<Problem>
  onFrame: (received: ReceivedFrame) => void
  /** The line is down; it is being tried again. */
  onReconnecting: () => void
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** 0 ≤ value < 1. */
  random: () => number
  signal: AbortSignal
}

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 10_000
/** About two minutes of trying; the answer is stored meanwhile, a reload finds it. */
const ATTEMPTS = 16

/** What ends a reading without the turn's own end. */
export type ReadingEnd = { ended: true } | { ended: false; problem: Problem }

/**
 * Reads a turn to its end, over as many connections as that takes. A body that ends without a final frame is a cut
 * line, never an end; attempts are spaced out with full jitter (AWS Architecture Blog, «Exponential Backoff And
 * Jitter») and start over once frames arrive.
 */
export async function readTurn(options: TurnReaderOptions): Promise<ReadingEnd> {
  const { signal } = options
  let cursor: string | undefined
  let failures = 0
  let problem = offline
  while (failures < ATTEMPTS) {
    signal.throwIfAborted()
    try {
      const response = await options.open(cursor, signal)
      if (response.ok && response.body !== null) {
        for await (const received of options.read(response.body)) {
          failures = 0
          cursor = received.id ?? cursor
          options.onFrame(received)
          if (isFinal(received.frame)) return { ended: true }
        }
      } else {
        problem = await options.problemOf(response)
        if (!problem.retryable || response.status < 500) return { ended: false, problem }
      }
    } catch {
      signal.throwIfAborted()
    }
    failures++
    options.onReconnecting()
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
    await options.sleep(Math.max(problem.retryAfterMs ?? 0, ceiling * options.random()), signal)
  }
  return { ended: false, problem }
}

function isFinal(frame: TurnFrame): boolean {
  return frame.type === 'turn-end' || frame.type === 'turn-error'
}

const offline: Problem = {
  type: 'about:blank',
  title: 'The connection was lost.',
  detail: 'Check the network, then reload: the answer goes on without you.',
  status: 0,
  code: 'connection-lost',
  traceId: '',
  retryable: true,
  retryAfterMs: null,
}
