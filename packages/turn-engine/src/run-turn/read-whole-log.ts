import { LOG_START } from '../turn-log/log-position.ts'
import type { LogEntry, TurnLog } from '../turn-log/turn-log.ts'

/** For so long a log that Redis does not give is waited for: the text in it is worth more than the time. */
const PATIENCE_MS = 10_000
const RETRY_MS = 500

/** All that a turn's log holds; nothing where Redis does not give it in time or the turn `isWanted` no longer. */
export async function readWholeLog(options: {
  log: TurnLog
  turnId: string
  sleep: (ms: number) => Promise<unknown>
  isWanted: () => boolean
}): Promise<LogEntry[]> {
  const { sleep, isWanted } = options
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && isWanted(); waitedMs += RETRY_MS) {
    const entries = await read(options)
    if (entries !== 'unavailable') return entries
    await sleep(RETRY_MS)
  }
  return []
}

async function read({ log, turnId }: { log: TurnLog; turnId: string }) {
  const entries: LogEntry[] = []
  for (let afterId: string | null = LOG_START; afterId !== null;) {
    const page = await log.read(turnId, afterId)
    if (page === 'unavailable') return page
    entries.push(...page)
    afterId = page.at(-1)?.id ?? null
  }
  return entries
}
