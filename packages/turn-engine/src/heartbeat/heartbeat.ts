import {
  HEARTBEAT_EXPIRY_MS,
  HEARTBEAT_INTERVAL_MS,
  beat,
  deregisterProcess,
  newId,
} from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'

export interface Heartbeat {
  /** `processes.id`: who owns the turns that this process runs. */
  readonly processId: string
  /**
   * Whether this process may still speak for its turns. False well before others take it for dead, by a clock that
   * also runs while the process is stopped.
   */
  isAlive(): boolean
  /** Stops beating and gives up what the process owns. */
  stop(): Promise<void>
}

/** We fall silent this much before the others may speak. */
const SAFETY_MARGIN_MS = 1_000

/**
 * Makes the process's row and keeps it fresh.
 * @param db with connections of its own: a busy pool must not make the process look dead
 * @throws where the first beat fails
 */
export async function startHeartbeat(options: {
  db: Kysely<Database>
  service: string
  logger: Logger
  nowMs?: () => number
}): Promise<Heartbeat> {
  const { db, service, logger, nowMs = () => performance.now() } = options
  const processId = `${service}:${newId()}`
  let aliveUntil = 0
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function beatOnce(): Promise<void> {
    // Counted from before the query: the row's own time is somewhere between then and now.
    const startedAt = nowMs()
    await beat(db, { id: processId, service })
    aliveUntil = startedAt + HEARTBEAT_EXPIRY_MS - SAFETY_MARGIN_MS
  }

  let beating: Promise<void> = beatOnce()
  await beating
  const schedule = (): void => {
    timer = setTimeout(() => {
      beating = beatOnce()
        .catch((error: unknown) => logger.error({ err: error }, 'heartbeat failed'))
        .finally(() => {
          if (!stopped) schedule()
        })
    }, HEARTBEAT_INTERVAL_MS)
  }
  schedule()

  return {
    processId,
    isAlive: () => nowMs() < aliveUntil,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await beating
      aliveUntil = 0
      await deregisterProcess(db, processId)
    },
  }
}
