import type { Kysely } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import type { Database } from '../tables/database.ts'
import type { FailedDecision } from '../tables/failures.ts'
import { recordFailures } from './failure.repository.ts'
import type { NewFailure } from './failure.repository.ts'

/** What went wrong; `decisions`: ids of the router's, the last first. */
export type NotedFailure = Omit<NewFailure, 'id' | 'decisions' | 'service'> & {
  readonly decisions?: readonly string[]
}

export interface FailureLog {
  /** Never waits and never throws; under pressure it is dropped. */
  note(failure: NotedFailure): void
  /** Writes what is left. */
  close(): Promise<void>
}

/** So many a second at most: an outage fails for everybody, and a sample tells as much as all of it. */
const CAPACITY = 50
const INTERVAL_MS = 1_000
/** The last calls of a turn say why it failed. */
const DECISIONS = 3
const TRACE_ID = /^[\da-f]{32}$/
const CODE = /^[a-z]+(-[a-z]+)*$/

/**
 * Keeps failures for whoever asks by a trace id, off the way of what fails: written once a second, in one statement.
 * @param explain the router's report of a decision, asked for at once, since the router forgets
 * @param onDropped hears how many were not written
 */
export function createFailureLog(options: {
  db: Kysely<Database>
  service: string
  explain: (decisionId: string) => Promise<unknown>
  onDropped: (count: number, cause?: unknown) => void
  intervalMs?: number
}): FailureLog {
  const { db, service, explain, onDropped, intervalMs = INTERVAL_MS } = options
  let waiting: (NotedFailure & { readonly id: string })[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    timer = undefined
    const batch = waiting
    waiting = []
    try {
      await recordFailures(db, await Promise.all(batch.map(complete)))
    } catch (error) {
      onDropped(batch.length, error)
    }
  }

  async function complete(failure: NotedFailure & { readonly id: string }): Promise<NewFailure> {
    const ids = failure.decisions?.slice(0, DECISIONS) ?? []
    const decisions = await Promise.all(
      ids.map(async (id): Promise<FailedDecision> => {
        return { id, report: (await explain(id).catch(() => null)) ?? null }
      }),
    )
    return { ...failure, service, decisions }
  }

  return {
    note(failure) {
      if (!TRACE_ID.test(failure.traceId) || !CODE.test(failure.code)) return
      if (waiting.length === CAPACITY) {
        onDropped(1)
        return
      }
      waiting.push({ ...failure, id: newId() })
      timer ??= setTimeout(() => {
        // One after another, so that a slow database is asked for one thing at a time.
        writing = writing.then(write)
      }, intervalMs).unref()
    },
    async close() {
      clearTimeout(timer)
      await writing
      if (waiting.length > 0) await write()
    },
  }
}
