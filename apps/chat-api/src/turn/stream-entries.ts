import { isFinalFrame } from '@brainlyx/chat-contract'
import { formatSse } from '@brainlyx/service-kit'
import type { LogEntry, Pace } from '@brainlyx/turn-engine'
import type { Response } from 'express'
import { GatheredWrites } from './gathered-writes.ts'

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
  const room = roomFor(response, signal, options.stallLimitMs ?? STALL_LIMIT_MS)
  const writes = new GatheredWrites(response, () => room.give())
  const tellWhenToReturn = (): boolean =>
    writes.send(formatSse({ retryMs: RECONNECT_MS * (0.5 + random()) }))
  writes.open()
  tellWhenToReturn()
  let isInFrame = false
  const heartbeat = setInterval(() => {
    // Between the pieces of a frame it would become a part of that.
    if (!isInFrame && writes.hasRoom) writes.send(HEARTBEAT)
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
      const sent = await sendPieces(formatSse(event), writes, room)
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
  writes: GatheredWrites,
  room: Room,
): Promise<'in-time' | 'late' | 'gone'> {
  const startedAt = performance.now()
  for (const piece of piecesOf(text)) {
    if (!writes.send(piece) && !(await room.wait())) return 'gone'
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

interface Room {
  /** The reader has some again. */
  give(): void
  /** Waits for it, but not for ever; false: the reader has gone, or shall go. */
  wait(): Promise<boolean>
}

function roomFor(response: Response, signal: AbortSignal, stallLimitMs: number): Room {
  let wake = (_hasRoom: boolean): void => {}
  signal.addEventListener('abort', () => wake(false))
  return {
    give: () => wake(true),
    wait: () =>
      new Promise((resolve) => {
        if (response.closed || signal.aborted) return resolve(false)
        const timer = setTimeout(() => response.destroy(), stallLimitMs)
        wake = (hasRoom) => {
          clearTimeout(timer)
          resolve(hasRoom)
        }
      }),
  }
}
