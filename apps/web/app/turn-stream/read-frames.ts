import type { TurnFrame } from '@brainlyx/chat-contract'
import { createParser } from 'eventsource-parser'

export interface ReceivedFrame {
  /** The turn log's id, to go on from. */
  readonly id: string | undefined
  readonly frame: TurnFrame
}

/** The events of a turn, as they arrive. Ends where the body ends, which says nothing about the turn. */
export async function* readFrames(body: ReadableStream<Uint8Array>): AsyncGenerator<ReceivedFrame> {
  const received: ReceivedFrame[] = []
  const parser = createParser({
    onEvent: ({ id, data }) => {
      const frame = frameOf(data)
      if (frame !== undefined) received.push({ id, frame })
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* received.splice(0)
    }
  } finally {
    reader.cancel().catch(() => undefined)
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
