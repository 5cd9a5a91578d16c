import {
  announceAttempt,
  beat,
  beginApiCall,
  createApiKey,
  listAttempts,
  newId,
  noteApiCallProgress,
  promoteGuest,
  settleAttempt,
} from '@brainlyx/db'
import { arrangeGuest } from '@brainlyx/db/testing'
import { sql } from 'kysely'
import { randomBytes } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { createArena } from '../../test/running-worker.ts'
import { settleLostCalls } from './settle-lost-calls.ts'

const arena = await createArena()
const { db, admin, logger } = arena
afterAll(() => arena.close())

const settle = () => settleLostCalls({ db, logger, isAlive: () => true })
/** So little that a call reserves 3 × (1,000 input + 100 output). */
const price = {
  inputPicoUsdPerToken: 1n,
  outputPicoUsdPerToken: 1n,
  contextTokens: 1_000,
  outputTokens: 100,
}
const openCalls = () => admin.selectFrom('apiCalls').select('id').execute()

async function reserved(): Promise<bigint[]> {
  const rows = await admin.selectFrom('budgets').select('reservedPicoUsd').execute()
  return rows.map(({ reservedPicoUsd }) => reservedPicoUsd)
}

/** A call of `owner` with two provider calls: one that failed and one that is under way. */
async function arrangeCall(owner: string) {
  const { id: userId } = await arrangeGuest(db)
  await promoteGuest(db, { userId, email: `${userId}@example.com` })
  const key = await db.transaction().execute((transaction) =>
    createApiKey(
      transaction,
      {
        userId,
        name: 'k',
        prefix: 'bx-01234567',
        secretHash: randomBytes(32),
        models: null,
        monthlyBudgetPicoUsd: null,
        expiresAt: null,
      },
      10,
    ),
  )
  const callId = newId()
  const call = { userId, turnId: callId, apiKeyId: key!.id, epoch: 1 }
  const begun = {
    callId,
    userId,
    apiKeyId: key!.id,
    owner,
    inputTokens: 70,
    price,
    inputBytes: null,
  }
  expect(await beginApiCall(db, begun)).toBe(true)
  const place = { deployment: 'd', provider: 'p', model: 'm' }
  const [failed, running] = [newId(), newId()]
  for (const attemptId of [failed, running]) {
    await announceAttempt(db, { ...call, ...place, attemptId })
  }
  await settleAttempt(db, {
    ...call,
    attemptId: failed,
    outcome: 'failed',
    rawFinish: null,
    usage: null,
    costPicoUsd: null,
    timeToFirstTokenMs: null,
    durationMs: 1,
    error: { code: 'timeout', status: null, message: 'x' },
  })
  await noteApiCallProgress(db, { userId, callId, outputTokens: 30 })
  return { userId, turnId: callId }
}

test('the calls of the dead are settled as estimated, once, by however many workers', async () => {
  const calls = [await arrangeCall('dead'), await arrangeCall('dead'), await arrangeCall('dead')]
  expect(await settleLostCalls({ db, logger, isAlive: () => false })).toBe(false)
  expect(await openCalls()).toHaveLength(3)
  expect(new Set(await reserved())).toEqual(new Set([3_300n]))
  await Promise.all([settle(), settle(), settle()])
  expect(await openCalls()).toEqual([])
  expect(new Set(await reserved())).toEqual(new Set([0n]))
  for (const call of calls) {
    expect(await listAttempts(db, call)).toMatchObject([
      { state: 'failed', inputTokens: null, error: { code: 'timeout' } },
      {
        state: 'aborted',
        inputTokens: 70,
        outputTokens: 30,
        estimated: true,
        error: { code: 'owner-died' },
      },
    ])
  }
})

test('the calls of the living are left alone, but for those older than any call', async () => {
  await beat(db, { id: 'alive', service: 'chat-api' })
  const call = await arrangeCall('alive')
  await settle()
  expect(await listAttempts(db, call)).toMatchObject([{ state: 'failed' }, { state: 'announced' }])
  await sql`update api_calls set created_at = now() - interval '2 hours'`.execute(admin)
  await settle()
  expect(await listAttempts(db, call)).toMatchObject([{ state: 'failed' }, { state: 'aborted' }])
  expect(await openCalls()).toEqual([])
})

test('nothing begins for an account that is banned', async () => {
  const { userId } = await arrangeCall('dead')
  await settle()
  await admin
    .updateTable('users')
    .set({ bannedAt: sql<Date>`now()` })
    .where('id', '=', userId)
    .execute()
  const call = {
    callId: newId(),
    userId,
    apiKeyId: newId(),
    owner: 'x',
    inputTokens: 1,
    price,
    inputBytes: 1,
  }
  expect(await beginApiCall(db, call)).toBe(false)
  expect(await openCalls()).toEqual([])
})
