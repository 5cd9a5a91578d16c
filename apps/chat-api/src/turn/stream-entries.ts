import { openSse, writeSse } from '@brainlyx/service-kit'
import type { LogEntry } from '@brainlyx/turn-engine'
import type { Response } from 'express'

/** Proxies and browsers give up on a silent stream sooner or later. */
const HEARTBEAT_MS = 10_000
/** A reader that takes nothing for so long is let go; it comes back with its cursor, or not at all. */
const STALL_LIMIT_MS = 30_000
/** Readers that lose their connection together should not come back together. */
const RECONNECT_MS = 2_000

/**
 * Sends a turn's entries as server-sent events until they end or the reader goes. The next entry is taken only when
 * the reader has room for it, so a slow one costs no memory: what it has not read waits in the log.
 */
export async function streamEntries(options: {
  response: Response
  entries: AsyncIterable<LogEntry>
  random?: () => number
}): Promise<void> {
  const { response, entries, random = Math.random } = options
  openSse(response)
  writeSse(response, { retryMs: RECONNECT_MS * (0.5 + random()) })
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) writeSse(response, { comment: 'still here' })
  }, HEARTBEAT_MS)
  try {
    for await (const { id, frame } of entries) {
      if (response.closed || response.destroyed) return
      const data = JSON.stringify(frame)
      const event = id === null ? { event: frame.type, data } : { event: frame.type, id, data }
      if (!writeSse(response, event) && !(await roomAgain(response))) return
    }
    response.end()
  } finally {
    clearInterval(heartbeat)
  }
}

/** Waits for room, but not for ever. @returns false where the reader has gone */
function roomAgain(response: Response): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (hasRoom: boolean) => (): void => {
      clearTimeout(timer)
      response.off('drain', drained)
      response.off('close', closed)
      if (!hasRoom) response.destroy()
      resolve(hasRoom)
    }
    const drained = finish(true)
    const closed = finish(false)
    const timer = setTimeout(closed, STALL_LIMIT_MS)
    response.once('drain', drained)
    response.once('close', closed)
  })
}
