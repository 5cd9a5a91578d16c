import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import { arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { announceAttempt, settleAttempt } from '../turns/attempt.repository.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { createUser, findUser, promoteGuest } from '../users/user.repository.ts'
import { countTokens } from './count-tokens.ts'
import { findStanding, lowerStanding, reviewStanding } from './standing.repository.ts'
import { listTiers, removeTier, saveTier } from './tier.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 1 })
afterAll(async () => {
  await admin.destroy()
  await db.destroy()
  await database.close()
})

const DAY_MS = 24 * 60 * 60 * 1000
const now = new Date()
const later = (days: number): Date => new Date(now.getTime() + days * DAY_MS)

async function arrangeMember(): Promise<string> {
  const email = `${newId()}@example.com`
  const user = await db
    .transaction()
    .execute((transaction) =>
      createUser(transaction, { kind: 'member', authUserId: newId(), email }),
    )
  return user.id
}

/** Something was answered for this user, today. */
async function arrangeAnswer(userId: string, tokens = 1): Promise<void> {
  const { turnId } = await arrangeTurn(db, { userId, owner: 'process-a' })
  const attempt = { attemptId: newId(), userId, turnId, epoch: 1 }
  await announceAttempt(db, { ...attempt, deployment: 'd', provider: 'p', model: 'm' })
  await settleAttempt(db, {
    ...attempt,
    outcome: 'completed',
    rawFinish: 'stop',
    usage: {
      inputTokens: tokens,
      outputTokens: tokens,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: false,
    },
    costPicoUsd: null,
    timeToFirstTokenMs: null,
    durationMs: null,
    error: null,
  })
}

const review = async (userId: string, at: Date) => {
  const { standingReviewedAt: reviewedAt } = (await findStanding(db, userId))!
  return reviewStanding(db, { userId, reviewedAt, now: at })
}

test('a guest is of the guests’ tier, whoever writes them, and a member never is', async () => {
  const guest = await arrangeGuest(db)
  expect(guest.tier).toBe('guest')
  await admin.updateTable('users').set({ tier: 'pro' }).where('id', '=', guest.id).execute()
  expect((await findUser(db, guest.id))!.tier).toBe('guest')
  const member = await promoteGuest(db, { userId: guest.id, email: `${guest.id}@example.com` })
  expect(member!.tier).toBe('free')
  await admin.updateTable('users').set({ tier: 'pro' }).where('id', '=', guest.id).execute()
  await admin.updateTable('users').set({ tier: 'guest' }).where('id', '=', guest.id).execute()
  expect((await findUser(db, guest.id))!.tier).toBe('free')
})

test('abuse halves a standing, down to a quarter, and once in ten minutes for the same', async () => {
  const userId = await arrangeMember()
  const lower = (minutes: number) =>
    lowerStanding(db, {
      userId,
      reason: 'too-many-requests',
      now: new Date(now.getTime() + minutes * 60_000),
    })
  expect(await lower(0)).toBe(true)
  expect(await lower(5)).toBe(false)
  expect(await findStanding(db, userId)).toMatchObject({
    standing: 50,
    standingReason: 'too-many-requests',
  })
  for (const minutes of [11, 22, 33]) expect(await lower(minutes)).toBe(true)
  expect(await findStanding(db, userId)).toMatchObject({ standing: 25 })
})

test('clean days give back, good days give more, twice as much at most, and each counts once', async () => {
  const userId = await arrangeMember()
  await lowerStanding(db, { userId, reason: 'refused-content', now })
  expect(await review(userId, new Date(now.getTime() + DAY_MS - 1_000))).toBeUndefined()
  expect(await review(userId, later(1))).toMatchObject({
    standing: 75,
    standingReason: 'recovering',
  })
  expect(await review(userId, later(1))).toBeUndefined()
  expect(await review(userId, later(4))).toMatchObject({ standing: 100 })
  // A day on which nothing was answered changes nothing.
  const before = await findStanding(db, userId)
  expect(await review(userId, later(5))).toMatchObject({
    standing: 100,
    standingReason: 'recovering',
    standingChangedAt: before!.standingChangedAt,
  })
  await admin
    .updateTable('users')
    .set({ standing: 198, standingReviewedAt: new Date(now.getTime() - DAY_MS) })
    .where('id', '=', userId)
    .execute()
  await arrangeAnswer(userId)
  expect(await review(userId, new Date(Date.now() + 60_000))).toMatchObject({
    standing: 200,
    standingReason: 'good-days',
  })
})

test('a guest does not rise above what everybody has', async () => {
  const { id: userId } = await arrangeGuest(db)
  await arrangeAnswer(userId)
  await admin
    .updateTable('users')
    .set({ standingReviewedAt: new Date(now.getTime() - DAY_MS) })
    .where('id', '=', userId)
    .execute()
  expect(await review(userId, new Date(Date.now() + 60_000))).toMatchObject({ standing: 100 })
})

test('who signs in takes a bad standing along, and no good one is lost to a guest’s', async () => {
  const { id: bad } = await arrangeGuest(db)
  const { id: good } = await arrangeGuest(db)
  const userId = await arrangeMember()
  await admin.updateTable('users').set({ standing: 150 }).where('id', '=', userId).execute()
  const merge = (guestId: string) =>
    db.transaction().execute((transaction) => mergeGuest(transaction, { guestId, userId }))
  await merge(good)
  expect(await findStanding(db, userId)).toMatchObject({ standing: 150 })
  await lowerStanding(db, { userId: bad, reason: 'failed-sign-ins', now })
  await merge(bad)
  expect(await findStanding(db, userId)).toMatchObject({
    standing: 50,
    standingReason: 'failed-sign-ins',
  })
})

test('another user’s standing can be neither read nor written', async () => {
  const [own, other] = [await arrangeMember(), await arrangeMember()]
  await lowerStanding(db, { userId: own, reason: 'refused-content', now })
  expect(await findStanding(db, other)).toMatchObject({ standing: 100 })
})

test('tokens of a period are those that the ledger has settled in it', async () => {
  const userId = await arrangeMember()
  await arrangeAnswer(userId, 40)
  await arrangeAnswer(userId, 2)
  await arrangeAnswer(await arrangeMember(), 1_000)
  const period = {
    userId,
    from: new Date(Date.now() - 60_000),
    until: new Date(Date.now() + 60_000),
  }
  expect(await countTokens(db, period)).toBe(84n)
  expect(await countTokens(db, { ...period, until: period.from })).toBe(0n)
})

test('a tier that somebody is of is not removed, nor what a guest and a new member are of', async () => {
  const {
    position: _,
    updatedAt: __,
    ...pro
  } = (await listTiers(db)).find(({ name }) => name === 'pro')!
  const made = await saveTier(db, { ...pro, name: 'trial' })
  expect((await listTiers(db)).at(-1)).toEqual(made)
  const userId = await arrangeMember()
  await admin.updateTable('users').set({ tier: 'trial' }).where('id', '=', userId).execute()
  expect(await removeTier(db, 'trial')).toBe('in-use')
  expect(await removeTier(db, 'free')).toBe('in-use')
  expect(await removeTier(db, 'guest')).toBe('in-use')
  await admin.updateTable('users').set({ tier: 'pro' }).where('id', '=', userId).execute()
  expect(await removeTier(db, 'trial')).toBe('removed')
  expect(await removeTier(db, 'trial')).toBe('not-found')
})

test('what must be done for somebody carries the priority of their tier', async () => {
  const userId = await arrangeMember()
  await admin.updateTable('users').set({ tier: 'enterprise' }).where('id', '=', userId).execute()
  await db.transaction().execute(async (transaction) => {
    await addToOutbox(transaction, [{ topic: 'theirs', payload: {} }], userId)
    await addToOutbox(transaction, [{ topic: 'nobodys', payload: {} }])
  })
  const { rows } = await sql<{ topic: string; priority: number | null }>`
    select topic, priority from outbox where topic in ('theirs', 'nobodys') order by topic
  `.execute(db)
  expect(rows).toEqual([
    { topic: 'nobodys', priority: null },
    { topic: 'theirs', priority: 8 },
  ])
})
