import { isFinalFrame } from '@brainlyx/chat-contract'
import { formatSse, openSse } from '@brainlyx/service-kit'
import type { LogEntry, Pace } from '@brainlyx/turn-engine'
import type { Response } from 'express'

/** Proxies and browsers give up on a silent stream sooner or later. */
const HEARTBEAT_MS = 12_000
const HEARTBEAT = formatSse({ comment: 'still here' })
/** A reader that takes nothing for so long is let go; it comes back with its cursor, or not at all. */
const STALL_LIMIT_MS = 30_000
/** Readers that lose their connection together should not come back together. */
const RECONNECT_MS = 2_000
/** Who had to wait for room for so long is late, and takes what it missed joined. */
const LATE_MS = 500
/** A frame longer than this is written in pieces, each when there is room. */
const PIECE_BYTES = 8_000

/**
 * Sends a turn's entries as server-sent events until they end, the reader goes or `signal` aborts. The next entry is
 * taken only when the reader has room for it, so a slow one costs no memory: what it has not read waits in the log. A
 * stream that does not end with the turn tells its reader when to come back.
 */
export async function streamEntries(options: {
  response: Response
  entries: AsyncGenerator<LogEntry, void, Pace>
  signal: AbortSignal
  random?: () => number
  heartbeatMs?: number
  stallLimitMs?: number
}): Promise<void> {
  const { response, entries, signal, random = Math.random } = options
  const send = inOneWrite(response)
  const room = waitForRoom(response, signal, options.stallLimitMs ?? STALL_LIMIT_MS)
  const tellWhenToReturn = (): boolean =>
    send(formatSse({ retryMs: RECONNECT_MS * (0.5 + random()) }))
  openSse(response)
  tellWhenToReturn()
  let isInFrame = false
  const heartbeat = setInterval(() => {
    // Between the pieces of a frame it would become a part of that.
    if (!isInFrame && !response.writableNeedDrain) send(HEARTBEAT)
  }, options.heartbeatMs ?? HEARTBEAT_MS)
  try {
    let isWhole = false
    let pace: Pace
    while (!isWhole) {
      const step = await entries.next(pace)
      if (step.done === true || signal.aborted) break
      const { id, frame } = step.value
      const data = JSON.stringify(frame)
      const event = id === null ? { event: frame.type, data } : { event: frame.type, id, data }
      isInFrame = true
      const sent = await sendPieces(formatSse(event), send, room)
      isInFrame = false
      if (sent === 'gone') break
      pace = { isLate: sent === 'late' }
      isWhole = isFinalFrame(frame)
    }
    if (response.closed) return
    if (!isWhole) tellWhenToReturn()
    response.end()
  } finally {
    clearInterval(heartbeat)
    await entries.return()
  }
}

async function sendPieces(
  text: string,
  send: (piece: string | Buffer) => boolean,
  room: () => Promise<boolean>,
): Promise<'in-time' | 'late' | 'gone'> {
  const startedAt = performance.now()
  for (const piece of piecesOf(text)) {
    if (!send(piece) && !(await room())) return 'gone'
  }
  return performance.now() - startedAt > LATE_MS ? 'late' : 'in-time'
}

/** Cut as bytes: half of an emoji's two code units is no text that could be sent. */
function* piecesOf(text: string): Generator<string | Buffer> {
  if (text.length <= PIECE_BYTES) return yield text
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    yield bytes.subarray(from, from + PIECE_BYTES)
  }
}

/**
 * What is sent in one turn of the event loop leaves in one write: a system call is dearer than a frame.
 * @returns what sends, flushed through the compressor; it gives false where the reader has no room
 */
function inOneWrite(response: Response): (piece: string | Buffer) => boolean {
  let corked = false
  const uncork = (): void => {
    corked = false
    response.uncork()
  }
  return (piece) => {
    if (!corked) {
      corked = true
      response.cork()
      // After the microtasks, in which everything that is there already is taken.
      process.nextTick(uncork)
    }
    const hasRoom = response.write(piece)
    response.flush()
    return hasRoom
  }
}

/**
 * Waits for room, but not for ever. Listens once for the whole stream: the compressor's `drain` cannot be unlistened
 * through the response.
 * @returns what waits; it gives false where the reader has gone, or shall go
 */
function waitForRoom(
  response: Response,
  signal: AbortSignal,
  stallLimitMs: number,
): () => Promise<boolean> {
  let wake = (_hasRoom: boolean): void => {}
  response.on('drain', () => wake(true))
  signal.addEventListener('abort', () => wake(false))
  return () =>
    new Promise((resolve) => {
      if (response.closed || signal.aborted) return resolve(false)
      const timer = setTimeout(() => response.destroy(), stallLimitMs)
      wake = (hasRoom) => {
        clearTimeout(timer)
        resolve(hasRoom)
      }
    })
}
