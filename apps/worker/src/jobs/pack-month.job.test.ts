import { createDatabase } from '@brainlyx/db'
import { testDatabase } from '@brainlyx/db/testing'
import { createLogger } from '@brainlyx/service-kit'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createPackMonthJob } from './pack-month.job.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})

const logger = createLogger({ service: 'worker', level: 'silent' })
const inMay = (): Date => new Date('2025-05-03T12:00:00Z')

test('a run packs the newest month that is over, where the owner’s URL is known, and the next run the one before', async () => {
  await sql`select ensure_month_partitions('2025-03-01', 4)`.execute(db)
  await run({ ownerUrl: undefined })
  expect(await packedMonths()).toEqual([])
  await run({ ownerUrl: database.ownerUrl, stopping: AbortSignal.abort() })
  expect(await packedMonths()).toEqual([])
  await run({ ownerUrl: database.ownerUrl })
  expect(await packedMonths()).toEqual(['chat_history_y2025m04'])
  await run({ ownerUrl: database.ownerUrl })
  await run({ ownerUrl: database.ownerUrl })
  expect(await packedMonths()).toEqual(['chat_history_y2025m03', 'chat_history_y2025m04'])
})

async function run(options: {
  ownerUrl: string | undefined
  stopping?: AbortSignal
}): Promise<void> {
  const { ownerUrl, stopping = new AbortController().signal } = options
  const job = createPackMonthJob({ logger, now: inMay, ownerUrl, stopping })
  await job({ payload: {}, jobId: 'job', attempt: 1, isLastAttempt: false })
}

async function packedMonths(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where obj_description(oid, 'pg_class') like 'packed:%' order by 1
  `.execute(db)
  return rows.map((row) => row.name)
}
