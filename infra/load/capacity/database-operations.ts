import { setTimeout as sleep } from 'node:timers/promises'
import type { Platform } from '../cluster/start-platform.ts'

export interface DatabaseOperations {
  /** Transactions since the database was made; a statement by itself is one. */
  count(): Promise<number>
  /** Looks up chats whenever the services alone do less than so many operations a second. @returns how many it did */
  fillUpTo(perSecond: number, endAt: number): Promise<number>
}

export function createDatabaseOperations({ db, database }: Platform): DatabaseOperations {
  const name = new URL(database.adminUrl).pathname.slice(1)
  const statistics = db.withTables<{
    pgStatDatabase: { datname: string; xactCommit: bigint; xactRollback: bigint }
  }>()

  async function count(): Promise<number> {
    const { xactCommit, xactRollback } = await statistics
      .selectFrom('pgStatDatabase')
      .select(['xactCommit', 'xactRollback'])
      .where('datname', '=', name)
      .executeTakeFirstOrThrow()
    return Number(xactCommit + xactRollback)
  }

  async function lookUp(): Promise<void> {
    await db
      .selectFrom('chatSessions')
      .select(['id', 'title'])
      .orderBy('id', 'desc')
      .limit(20)
      .execute()
  }

  return {
    count,
    async fillUpTo(perSecond, endAt) {
      let done = 0
      let [countedAt, counted] = [performance.now(), await count()]
      while (performance.now() < endAt) {
        await sleep(1_000)
        const [nowAt, now] = [performance.now(), await count()]
        const wanted = ((nowAt - countedAt) * perSecond) / 1000
        const missing = Math.max(0, Math.round(wanted - (now - counted)))
        await Promise.all(Array.from({ length: missing }, lookUp))
        done += missing
        // What was just done belongs to the second that lacked it.
        ;[countedAt, counted] = [nowAt, now + missing]
      }
      return done
    },
  }
}

/** Whether a commit waits for the disk; without that no write looks as slow as in production. */
export async function waitsForDisk({ db }: Platform): Promise<boolean> {
  const { setting } = await db
    .withTables<{ pgSettings: { name: string; setting: string } }>()
    .selectFrom('pgSettings')
    .select('setting')
    .where('name', '=', 'fsync')
    .executeTakeFirstOrThrow()
  return setting === 'on'
}
