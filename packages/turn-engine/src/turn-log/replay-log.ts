import { isFinalFrame } from '@brainlyx/chat-contract'
import type { Pace, ReaderPosition } from './entry-feed.ts'
import { joinDeltas } from './join-deltas.ts'
import { LOG_START } from './log-position.ts'
import type { LoggedEntry, TurnLog } from './turn-log.ts'

/** So few entries at once, since a slow reader holds them until it has room. */
const PAGE = 100

/** What stands in the log after the reader's position, which goes along, as far as Redis gives it. */
export async function* replayLog(
  log: TurnLog,
  turnId: string,
  reader: ReaderPosition,
): AsyncGenerator<LoggedEntry, void, Pace> {
  for (;;) {
    const page = await log.read(turnId, reader.position, PAGE)
    if (page === 'unavailable') return
    const at = (index: number): LoggedEntry | undefined => page[index]
    let pace: Pace
    for (let next = 0; next < page.length;) {
      const taken =
        pace?.isLate === true ? joinDeltas(at, next) : { entry: page[next]!, next: next + 1 }
      next = taken.next
      reader.position = taken.entry.id
      pace = yield taken.entry
      if (isFinalFrame(taken.entry.frame)) return
    }
    if (page.length < PAGE) return
  }
}

/** Everything in the log, as far as Redis gives it. */
export async function readLogSoFar(log: TurnLog, turnId: string): Promise<LoggedEntry[]> {
  const entries: LoggedEntry[] = []
  for await (const entry of replayLog(log, turnId, { position: LOG_START })) entries.push(entry)
  return entries
}
