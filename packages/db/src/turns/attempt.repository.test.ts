import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { announceAttempt, listAttempts, settleAttempt } from './attempt.repository.ts'
import { claimOrphanedTurns } from './claim-orphaned-turns.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})

const settlement = {
  outcome: 'completed',
  rawFinish: 'end_turn',
  usage: {
    inputTokens: 10,
    outputTokens: 20,
    cachedInputTokens: 4,
    cacheWriteTokens: 0,
    reasoningTokens: 5,
    estimated: false,
  },
  // More than a JavaScript number holds.
  costPicoUsd: 9_007_199_254_740_993n,
  timeToFirstTokenMs: 12.5,
  durationMs: 80.25,
  error: null,
} as const

test('an attempt is announced, and settled once however often it is told', async () => {
  const { attempt, turn } = await arrangeAttempt()
  await announceAttempt(db, attempt)
  expect(await listAttempts(db, turn)).toMatchObject([{ state: 'announced', costPicoUsd: null }])
  expect(await settleAttempt(db, { ...settlement, ...attempt })).toBe(true)
  expect(await settleAttempt(db, { ...settlement, ...attempt, costPicoUsd: 1n })).toBe(false)
  expect(await listAttempts(db, turn)).toMatchObject([
    {
      state: 'completed',
      rawFinish: 'end_turn',
      inputTokens: 10,
      reasoningTokens: 5,
      estimated: false,
      costPicoUsd: 9_007_199_254_740_993n,
      timeToFirstTokenMs: 12.5,
      durationMs: 80.25,
      error: null,
    },
  ])
})

test('another user settles nothing', async () => {
  const { attempt, turn } = await arrangeAttempt()
  const other = await arrangeGuest(db)
  const settled = await settleAttempt(db, { ...settlement, ...attempt, userId: other.id })
  expect(settled).toBe(false)
  expect(await listAttempts(db, turn)).toMatchObject([{ state: 'announced' }])
})

test('what a guest’s turn still announces and settles after a merge is the member’s', async () => {
  const { attempt, turn } = await arrangeAttempt()
  const member = await arrangeGuest(db)
  await db
    .transaction()
    .execute((transaction) => mergeGuest(transaction, { guestId: turn.userId, userId: member.id }))
  await announceAttempt(db, { ...attempt, attemptId: newId() })
  const settled = await settleAttempt(db, { ...settlement, ...attempt })
  expect(settled).toBe(true)
  expect(await listAttempts(db, { ...turn, userId: member.id })).toMatchObject([
    { state: 'completed', userId: member.id },
    { state: 'announced', userId: member.id },
  ])
})

test('a process whose turn another one has taken over writes nothing into the ledger', async () => {
  const { attempt, turn } = await arrangeAttempt()
  await claimOrphanedTurns(db, { owner: 'worker', limit: 1_000 })
  await announceAttempt(db, { ...attempt, attemptId: newId() })
  const late = { ...settlement, ...turn, attemptId: attempt.attemptId }
  expect(await settleAttempt(db, { ...late, epoch: 1 })).toBe(false)
  expect(await listAttempts(db, turn)).toMatchObject([{ state: 'announced' }])
  expect(await settleAttempt(db, { ...late, epoch: 2 })).toBe(true)
  await announceAttempt(db, { ...attempt, attemptId: newId(), epoch: 2 })
  expect(await listAttempts(db, turn)).toMatchObject([{ state: 'completed' }, { epoch: 2 }])
})

async function arrangeAttempt() {
  const user = await arrangeGuest(db)
  const { turnId } = await arrangeTurn(db, { userId: user.id, owner: 'process-a' })
  const attempt = {
    attemptId: newId(),
    userId: user.id,
    turnId,
    epoch: 1,
    deployment: 'openai/gpt-9',
    provider: 'openai',
    model: 'gpt-9',
  }
  await announceAttempt(db, attempt)
  return { attempt, turn: { userId: user.id, turnId } }
}
