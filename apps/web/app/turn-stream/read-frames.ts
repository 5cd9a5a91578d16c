import type { TurnFrame } from '@brainlyx/chat-contract'
import { createParser } from 'eventsource-parser'

export interface ReceivedFrame {
  /** The turn log's id, to go on from. */
  readonly id: string | undefined
  readonly frame: TurnFrame
}

/** The server says something every fifteen seconds, if only that it is there: a line silent for longer is dead. */
const LONGEST_SILENCE_MS = 40_000

/**
 * The events of a turn, as they arrive. Ends where the body ends, or falls silent, which says nothing about the turn.
 * @param onRetry hears how long to wait before asking again, in milliseconds.
 */
export async function* readFrames(
  body: ReadableStream<Uint8Array>,
  onRetry?: (retryMs: number) => void,
): AsyncGenerator<ReceivedFrame> {
  const received: ReceivedFrame[] = []
  const parser = createParser({
    onEvent: ({ id, data }) => {
      const frame = frameOf(data)
      if (frame !== undefined) received.push({ id, frame })
    },
    ...(onRetry === undefined ? {} : { onRetry }),
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  const close = (): void => void reader.cancel().catch(() => undefined)
  let silence: ReturnType<typeof setTimeout> | undefined
  try {
    for (;;) {
      silence = setTimeout(close, LONGEST_SILENCE_MS)
      const { done, value } = await reader.read()
      clearTimeout(silence)
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* received.splice(0)
    }
  } finally {
    clearTimeout(silence)
    close()
  }
}

/** Frames only gain optional fields, but kinds of them may be added: an unknown one is left to its reader. */
function frameOf(data: string): TurnFrame | undefined {
  try {
    const value: unknown = JSON.parse(data)
    const isFrame = typeof value === 'object' && value !== null && 'type' in value
    return isFrame ? (value as TurnFrame) : undefined
  } catch {
    return undefined
  }
}
