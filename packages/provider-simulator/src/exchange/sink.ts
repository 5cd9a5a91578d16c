import type { ServerResponse } from 'node:http'
import type { TickWheel } from '../pace/tick-wheel.ts'

/** Where a stream's bytes go. */
export interface Sink {
  /** False: the reader is behind; go on after `onceReady`. */
  write: (data: string) => boolean
  onceReady: (action: () => void) => void
  /** Ends the body as if it were complete. */
  end: () => void
  /** Closes the socket in the middle of the body, after everything written has left. */
  cut: () => void
}

/**
 * Writes whole events. A chunk of a chunked body goes to the socket as one string with its frame: Node's own path
 * makes a vector of four buffers, a cork and two ticks of each, which was half of what a paced stream cost.
 */
export function directSink(response: ServerResponse): Sink {
  return {
    write: (data) => {
      const { socket } = response
      if (socket === null || !response.chunkedEncoding) return response.write(data)
      return socket.write(`${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`)
    },
    onceReady: (action) => (response.socket ?? response).once('drain', action),
    end: () => response.end(),
    cut: () => closeSoon(response),
  }
}

/** Writes every byte by itself, one after another at once or one each `everyMs`. */
export function byteSink(response: ServerResponse, wheel: TickWheel, everyMs: number): Sink {
  let bytes = Buffer.alloc(0)
  let at = 0
  let running = false
  let afterwards: (() => void) | undefined

  const next = (): void => {
    if (everyMs === 0) setImmediate(step)
    else wheel.schedule({ dueAtMs: wheel.now() + everyMs, cancelled: false, run: step })
  }
  const step = (): void => {
    if (response.destroyed) return
    if (at < bytes.length) {
      response.write(bytes.subarray(at, at + 1))
      at += 1
      next()
      return
    }
    running = false
    const action = afterwards
    afterwards = undefined
    action?.()
  }
  const whenIdle = (action: () => void): void => {
    if (running) afterwards = action
    else action()
  }
  return {
    write: (data) => {
      bytes = Buffer.from(data)
      at = 0
      running = true
      step()
      return false
    },
    onceReady: whenIdle,
    end: () => whenIdle(() => response.end()),
    cut: () => whenIdle(() => closeSoon(response)),
  }
}

// Node hands written chunks to the socket a tick later, and a reset could overtake them: so the socket is closed
// after that tick, and in an orderly way, in the middle of the body.
function closeSoon(response: ServerResponse): void {
  setImmediate(() => response.socket?.destroySoon())
}
