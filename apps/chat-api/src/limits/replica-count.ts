import { countProcesses } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { createPolled } from './polled.ts'
import type { Polled } from './polled.ts'

const POLL_MS = 2_000

/** Among how many replicas of chat-api limits are divided while Redis is away, by their heartbeats. */
export function createReplicaCount(options: {
  db: Kysely<Database>
  logger: Logger
}): Polled<number> {
  return createPolled({
    read: () => countProcesses(options.db, 'chat-api'),
    initial: 1,
    everyMs: POLL_MS,
    what: 'how many replicas there are',
    logger: options.logger,
  })
}
