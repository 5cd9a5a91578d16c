import { createDatabase } from '@brainlyx/db'
import { testDatabase } from '@brainlyx/db/testing'
import { createLogger } from '@brainlyx/service-kit'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { createPartitionsAheadJob } from './partitions-ahead.job.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
const owner = createDatabase({ url: database.ownerUrl, name: 'test', poolSize: 1 })
afterAll(async () => {
  await db.destroy()
  await owner.destroy()
  await database.close()
})

const logger = createLogger({ service: 'worker', level: 'silent' })
const alarms = vi.spyOn(logger, 'error')
beforeEach(() => alarms.mockClear())

const run = { payload: {}, jobId: 'job', attempt: 1, isLastAttempt: false }

test('the months that are missing are made, and nobody is alarmed', async () => {
  const inAYear = new Date()
  inAYear.setUTCFullYear(inAYear.getUTCFullYear() + 1)
  await createPartitionsAheadJob({ db, logger, now: () => inAYear })(run)
  expect(alarms).not.toHaveBeenCalled()
})

test('where months cannot be made, tables with fewer than two ahead raise an alarm', async () => {
  await sql`revoke execute on function ensure_month_partitions from brainlyx_app`.execute(owner)
  const later = (months: number): Date => {
    const now = new Date()
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1))
  }
  const job = (now: Date) => createPartitionsAheadJob({ db, logger, now: () => now })(run)
  await expect(job(later(4))).rejects.toMatchObject({ code: '42501' })
  expect(alarms).not.toHaveBeenCalled()
  await expect(job(later(5))).rejects.toMatchObject({ code: '42501' })
  expect(alarms.mock.calls).toEqual(
    ['attempts', 'audit_log', 'chat_history', 'turns'].map((table) => [
      { table, months: 1 },
      'too few partitions ahead',
    ]),
  )
})
