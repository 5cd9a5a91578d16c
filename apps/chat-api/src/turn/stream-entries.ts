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
  const send = inOneWrite(response)
  send(() => openSse(response))
  const room = waitForRoom(response)
  send(() => writeSse(response, { retryMs: RECONNECT_MS * (0.5 + random()) }))
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) writeSse(response, { comment: 'still here' })
  }, HEARTBEAT_MS)
  try {
    for await (const { id, frame } of entries) {
      if (response.closed) return
      const data = JSON.stringify(frame)
      const event = id === null ? { event: frame.type, data } : { event: frame.type, id, data }
      if (!send(() => writeSse(response, event)) && !(await room())) return
    }
    response.end()
  } finally {
    clearInterval(heartbeat)
  }
}

/** What is sent in one turn of the event loop leaves in one write: a system call is dearer than a frame. */
function inOneWrite(response: Response): <T>(send: () => T) => T {
  let corked = false
  return (send) => {
    if (!corked) {
      corked = true
      response.cork()
      // After the microtasks, in which everything that is there already is taken.
      process.nextTick(() => {
        corked = false
        response.uncork()
      })
    }
    return send()
  }
}

/**
 * Waits for room, but not for ever. Listens once for the whole stream: the compressor's `drain` cannot be unlistened
 * through the response.
 * @returns what waits; it gives false where the reader has gone
 */
function waitForRoom(response: Response): () => Promise<boolean> {
  let wake = (_hasRoom: boolean): void => {}
  response.on('drain', () => wake(true))
  response.on('close', () => wake(false))
  return () =>
    new Promise((resolve) => {
      if (response.closed) return resolve(false)
      const timer = setTimeout(() => response.destroy(), STALL_LIMIT_MS)
      wake = (hasRoom) => {
        clearTimeout(timer)
        resolve(hasRoom)
      }
    })
}
