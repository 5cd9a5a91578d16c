import type { Kysely } from 'kysely'
import { isPostgresError } from '../connection/postgres-error.ts'
import type { Database } from '../tables/database.ts'
import { ensurePartitionFor, ensurePartitions } from './ensure-partitions.ts'

/**
 * Runs `write`, and once more where a month had no partition yet and has one now. There is no default partition (it
 * would block detaching), so this is what keeps the first of a month safe when nobody made partitions ahead.
 * @param time when the row to write was made, where it may be older than last month. Default: now
 */
export async function withMissingPartition<T>(
  db: Kysely<Database>,
  write: () => Promise<T>,
  time?: Date,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!isMissingPartition(error)) throw error
  }
  await makeMonths(db)
  if (time !== undefined) await ensurePartitionFor(db, time)
  return write()
}

const making = new WeakMap<Kysely<Database>, Promise<unknown>>()

/** One asks for all: at midnight everybody comes at once, and who waited for a connection of the pool would fail. */
async function makeMonths(db: Kysely<Database>): Promise<void> {
  let made = making.get(db)
  if (made === undefined) {
    made = ensurePartitions(db, new Date()).finally(() => making.delete(db))
    making.set(db, made)
  }
  await made
}

/** SQLSTATE 23514 is a violated check, too; that one names its constraint. */
export function isMissingPartition(error: unknown): boolean {
  return isPostgresError(error) && error.code === '23514' && error.constraint === undefined
}
