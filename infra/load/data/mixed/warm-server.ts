import type { Database } from '@brainlyx/db'
import { monthSuffix } from '@brainlyx/db/testing'
import { withClient } from '@brainlyx/testkit/postgres-server'
import type { Kysely } from 'kysely'
import type { Places } from '../measure/places.ts'
import type { LoadedDatabase } from '../server/loaded-database.ts'
import { READS } from './calls.ts'

const AT_ONCE = 16

/**
 * Makes a server that has just begun one that has run for a while: what everybody writes to is in its memory, which is
 * this month and the tables that have no months, and so is what was read at each place before.
 */
export async function warmServer(
  { adminUrl }: LoadedDatabase,
  db: Kysely<Database>,
  places: Places,
): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query('create extension if not exists pg_prewarm')
    await client.query(
      `select sum(pg_prewarm(oid)) from pg_class
       where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace
         and coalesce(substring(relname from '_(y\\d{4}m\\d\\d)'), $1) = $1`,
      [monthSuffix(new Date())],
    )
  })
  const one = (index: number): Places => ({
    chats: places.chats.slice(index, index + 1),
    long: places.long.slice(index % places.long.length).slice(0, 1),
    branched: [],
    longest: [],
  })
  let next = 0
  const readOn = async (): Promise<void> => {
    while (next < places.chats.length) {
      const here = one(next++)
      for (const read of READS) await read.run(db, here)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, readOn))
}
