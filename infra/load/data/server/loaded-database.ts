import { migrate } from '../../../local/services/migrate.mjs'
import { withClient } from '@brainlyx/testkit/postgres-server'
import { fillDatabase } from '../fill/fill-database.ts'
import { packMonths } from '../fill/pack-months.ts'
import { BYTES_A_MESSAGE, fits } from './sizes.ts'
import type { Size } from './sizes.ts'
import type { DataServer } from './start-server.ts'

export interface LoadedDatabase {
  readonly size: Size
  /** Of the runtime role, and of the superuser. */
  readonly url: string
  readonly adminUrl: string
  readonly bytes: number
  /** Zero where it was there already. */
  readonly loadedInMs: number
  /** Of its months, those that are over; undefined where all were packed already. */
  readonly packed: { months: number; milliseconds: number } | undefined
}

/** Said of a database once everything is there, so that half a load is never taken for one. */
const COMPLETE = 'complete'

/**
 * The database of a size: as it was left in a kept folder, else made, migrated, filled, vacuumed and analysed; and its
 * months packed, as the worker would have done it, one a day.
 * @param options.onProgress with the number of messages so far
 * @param options.before a smaller one, which says what a message takes
 * @returns undefined where the disk has no room for it
 */
export async function loadDatabase(
  data: DataServer,
  options: {
    size: Size
    now: Date
    onProgress: (messages: number) => void
    onMonth: (month: string) => void
    before?: LoadedDatabase | undefined
  },
): Promise<LoadedDatabase | undefined> {
  const { size, now, onProgress, before } = options
  const database = `bench_${size.name}`
  const adminUrl = data.server.url(database)
  const url = data.login('brainlyx_app', database)
  const ownerUrl = data.login('brainlyx_owner', database)
  const isThere = await isComplete(data, database)
  if (!isThere) {
    const bytesAMessage =
      before === undefined ? BYTES_A_MESSAGE : before.bytes / before.size.messages
    if (!(await fits(data.folder, size.messages * bytesAMessage))) return undefined
    await withClient(data.server.url(), async (client) => {
      await client.query(`drop database if exists ${database} with (force)`)
      await client.query(`create database ${database} owner brainlyx_owner`)
    })
  }
  await migrate({ owner: ownerUrl, app: url })
  const beganAt = performance.now()
  if (!isThere) {
    await fillDatabase({ ownerUrl, adminUrl }, { messages: size.messages, now, onProgress })
    await withClient(adminUrl, async (client) => {
      await client.query('vacuum (analyze)')
      await client.query(`comment on database ${database} is '${COMPLETE}'`)
    })
  }
  const loadedInMs = isThere ? 0 : performance.now() - beganAt
  const packed = await packMonths(ownerUrl, { now, onMonth: options.onMonth })
  const bytes = await withClient(adminUrl, async (client) => {
    const { rows } = await client.query('select pg_database_size(current_database()) as bytes')
    return Number(rows[0].bytes)
  })
  return { size, url, adminUrl, bytes, loadedInMs, packed }
}

async function isComplete(data: DataServer, database: string): Promise<boolean> {
  return withClient(data.server.url(), async (client) => {
    const { rows } = await client.query(
      `select shobj_description(oid, 'pg_database') as said from pg_database where datname = $1`,
      [database],
    )
    return rows[0]?.said === COMPLETE
  })
}
