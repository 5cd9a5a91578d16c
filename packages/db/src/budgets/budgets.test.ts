import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { deleteChat } from '../chats/chat.repository.ts'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { disownAttempts } from '../rights/delete-everything.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { NO_PRICE, arrangeEnd, arrangeGuest, newTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { announceAttempt, settleAttempt } from '../turns/attempt.repository.ts'
import type { SettledAttempt } from '../turns/attempt.repository.ts'
import { claimOrphanedTurns } from '../turns/claim-orphaned-turns.ts'
import { finishTurn } from '../turns/finish-turn.ts'
import { startTurn } from '../turns/start-turn.ts'
import type { NewTurn } from '../turns/start-turn.ts'
import { findTurn, requestStop } from '../turns/turn.repository.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { accountCall } from './account-call.ts'
import { setInstallationBudget, setUserBudget } from './budget-settings.repository.ts'
import { monthOf } from './turn-price.ts'
import { findBudget, listUsageDays } from './usage.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 25 })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 2 })
await admin
  .updateTable('tiers')
  .set({ monthlyBudgetPicoUsd: 5n * 10n ** 12n })
  .where('name', '=', 'guest')
  .execute()
afterAll(async () => {
  await admin.destroy()
  await db.destroy()
  await database.close()
})

const owner = 'process-a'
const month = monthOf(new Date())
/** A turn with it reserves a dollar: nothing for what is read, 3 × 1,000 tokens written. */
const DOLLAR = 1_000_000_000_000n
const price = {
  ...NO_PRICE,
  outputTokens: 1_000,
  outputPicoUsdPerToken: DOLLAR / 3_000n + 1n,
}
const RESERVED = 3n * 1_000n * price.outputPicoUsdPerToken

beforeEach(() => limitInstallation(null))

test('a turn takes the most that it may cost from the budget of its user, and gives it back at its end', async () => {
  const userId = await arrangeUser(100n * DOLLAR)
  const turn = await begin(userId)
  expect(await findTurn(db, turn)).toMatchObject({
    reservedPicoUsd: RESERVED,
    reservedMonth: month,
    costPicoUsd: null,
  })
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: RESERVED, spentPicoUsd: 0n })
  await end(turn, [await attemptOf(turn, 7n), await attemptOf(turn, 5n)])
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 0n, spentPicoUsd: 12n })
  expect(await findTurn(db, turn)).toMatchObject({ costPicoUsd: 12n })
  const [answer] = await asUser(db, userId)
    .selectFrom('chatHistory')
    .select(['costPicoUsd', 'inputTokens', 'outputTokens'])
    .where('userId', '=', userId)
    .where('role', '=', 'assistant')
    .execute()
  expect(answer).toEqual({ costPicoUsd: 12n, inputTokens: 20, outputTokens: 10 })
})

test('what is read counts by the text of the whole chat, and by no more than fits', async () => {
  const userId = await arrangeUser(null)
  const reading = { ...price, inputPicoUsdPerToken: 10n, outputPicoUsdPerToken: 0n }
  const parts = [{ type: 'text' as const, text: 'ä'.repeat(500) }]
  const first = await begin(userId, { price: reading, parts })
  expect(await reservedBy(first)).toBe(3n * 10n * (500n + 1_200n))
  await end(first, [])
  const second = await begin(userId, {
    chatId: first.chatId,
    newChat: false,
    price: reading,
    parts,
  })
  // Its own two thousand bytes, and the three of the answer before.
  expect(await reservedBy(second)).toBe(3n * 10n * (1_001n + 1_200n))
  await end(second, [])
  await admin.updateTable('chatSessions').set({ textBytes: null }).execute()
  const unknown = await begin(userId, { chatId: first.chatId, newChat: false, price: reading })
  expect(await reservedBy(unknown)).toBe(3n * 10n * BigInt(reading.contextTokens))
  await end(unknown, [])
})

test('a hundred turns at once overspend a budget of ten by none, and leave nothing of those refused', async () => {
  const userId = await arrangeUser(10n * RESERVED)
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => begin(userId)))
  const begun = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  )
  expect(begun).toHaveLength(10)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ refusal: 'user-reserved' })
  }
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 10n * RESERVED })
  expect(await rowsOf(userId)).toEqual({ turns: 10, chats: 10, messages: 10 })
  for (const turn of begun) await end(turn, [await attemptOf(turn, RESERVED)])
  expect(await budgetOf(userId)).toMatchObject({
    reservedPicoUsd: 0n,
    spentPicoUsd: 10n * RESERVED,
  })
  await expect(begin(userId)).rejects.toMatchObject({ refusal: 'user' })
})

test('whatever is left of a budget is enough for one more turn', async () => {
  const userId = await arrangeUser(RESERVED / 2n)
  const turn = await begin(userId)
  await expect(begin(userId)).rejects.toMatchObject({ refusal: 'user-reserved' })
  await end(turn, [await attemptOf(turn, 5n)])
  await end(await begin(userId), [])
})

test('another limit holds from the next turn on: of the user, or of the tier again', async () => {
  const userId = await arrangeUser(0n)
  await expect(begin(userId)).rejects.toMatchObject({ refusal: 'user' })
  await limitUser(userId, undefined)
  expect(await budgetOf(userId)).toMatchObject({ limitPicoUsd: 5n * DOLLAR, isOwn: false })
  const turn = await begin(userId)
  await end(turn, [await attemptOf(turn, 5n * DOLLAR)])
  await expect(begin(userId)).rejects.toMatchObject({ refusal: 'user' })
  await limitUser(userId, null)
  await end(await begin(userId), [])
})

test('the budget of the installation binds users who have one left, and takes nothing of theirs', async () => {
  const userIds = await Promise.all(Array.from({ length: 40 }, () => arrangeUser(null)))
  const { spent } = await installation()
  await limitInstallation(spent + 16n * RESERVED)
  const outcomes = await Promise.allSettled(userIds.map((userId) => begin(userId)))
  const begun = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  // One reservation a slice is the most that is too much.
  expect(begun.length).toBeGreaterThanOrEqual(16)
  expect(begun.length).toBeLessThanOrEqual(32)
  for (const { reason } of refused)
    expect(reason).toMatchObject({ refusal: 'installation-reserved' })
  const reserved = await Promise.all(
    userIds.map(async (id) => (await budgetOf(id)).reservedPicoUsd),
  )
  expect(reserved.reduce((sum, each) => sum + each, 0n)).toBe(BigInt(begun.length) * RESERVED)
  expect((await installation()).reserved).toBe(BigInt(begun.length) * RESERVED)
  for (const turn of begun) await end(turn, [])
  expect((await installation()).reserved).toBe(0n)
})

test('a key has a budget of its own, which gives the user’s back where it refuses', async () => {
  const userId = await arrangeUser(null)
  const keyId = newId()
  const reserve = async (limit: bigint) =>
    (
      await sql<{ refusedBy: string | null }>`
        select refused_by from reserve_spending(${userId}::uuid, ${keyId}::uuid, ${limit}::bigint, 100, ${month}::date, 3)
      `.execute(asUser(db, userId))
    ).rows[0]!.refusedBy
  expect(await reserve(150n)).toBeNull()
  expect(await reserve(150n)).toBeNull()
  expect(await reserve(150n)).toBe('api-key-reserved')
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 200n })
  await sql`update installation_spending set reserved_pico_usd = 0`.execute(admin)
})

test('who waits takes nothing; it takes its part when it begins, after the turn before gave its own back', async () => {
  const userId = await arrangeUser(RESERVED)
  const first = await begin(userId)
  const second = newTurn({ userId, owner, chatId: first.chatId, price })
  const waiting = await startTurn(db, second)
  expect(waiting).toMatchObject({ state: 'waiting', reservedPicoUsd: null })
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: RESERVED })
  const { next } = await end(first, [await attemptOf(first, 1n)])
  expect(next?.turn).toMatchObject({ id: second.turnId, reservedPicoUsd: RESERVED })
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: RESERVED, spentPicoUsd: 1n })
  const third = newTurn({ userId, owner, chatId: first.chatId, price })
  await startTurn(db, third)
  const unpaid = await end(second, [await attemptOf(second, RESERVED)])
  expect(unpaid.next?.turn).toMatchObject({ state: 'running', reservedPicoUsd: null })
  await end(third, [])
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 0n })
})

test('who takes a dead turn over takes its reservation along, and it is given back once', async () => {
  const userId = await arrangeUser(null)
  const turn = await begin(userId, { owner: 'dead' })
  const attempt = await attemptOf(turn, 9n)
  const claimed = await claimOrphanedTurns(db, { owner: 'process-b', limit: 100 })
  expect(claimed.find(({ id }) => id === turn.turnId)).toMatchObject({ reservedPicoUsd: RESERVED })
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: RESERVED })
  // The former owner comes to life again, and neither ends the turn nor settles anything.
  expect(await endAs({ ...turn, owner: 'dead' }, 1, [attempt])).toBeUndefined()
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: RESERVED, spentPicoUsd: 0n })
  const successor = { ...turn, owner: 'process-b' }
  expect(await endAs(successor, 2, [{ ...attempt, epoch: 2 }])).toBeDefined()
  expect(await endAs(successor, 2, [{ ...attempt, epoch: 2 }])).toBeUndefined()
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 0n, spentPicoUsd: 9n })
})

test('a turn that goes with its chat gives back what it took, and what was called is paid for', async () => {
  const userId = await arrangeUser(null)
  const before = await installation()
  const turn = await begin(userId)
  const attempt = await attemptOf(turn, 9n)
  await db.transaction().execute((transaction) => deleteChat(transaction, turn))
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 0n, spentPicoUsd: 0n })
  expect(await endAs(turn, 1, [attempt])).toBeUndefined()
  expect(await budgetOf(userId)).toMatchObject({ spentPicoUsd: 9n })
  expect(await installation()).toEqual({ reserved: before.reserved, spent: before.spent + 9n })
})

test('a turn that waits and is taken back has taken nothing', async () => {
  const userId = await arrangeUser(null)
  const first = await begin(userId)
  const waiting = newTurn({ userId, owner, chatId: first.chatId, price })
  await startTurn(db, waiting)
  await requestStop(db, waiting)
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: RESERVED })
  await end(first, [])
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 0n })
})

test('what a guest has spent and reserved is the account’s once they are one', async () => {
  const guestId = await arrangeUser(null)
  const userId = await arrangeUser(null)
  const done = await begin(guestId)
  await end(done, [await attemptOf(done, 4n)])
  const own = await begin(userId)
  await end(own, [await attemptOf(own, 3n)])
  const running = await begin(guestId)
  const attempt = await attemptOf(running, 2n)
  await db.transaction().execute((transaction) => mergeGuest(transaction, { guestId, userId }))
  expect(await budgetOf(guestId)).toMatchObject({ reservedPicoUsd: 0n, spentPicoUsd: 0n })
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: RESERVED, spentPicoUsd: 7n })
  await end(running, [attempt])
  expect(await budgetOf(userId)).toMatchObject({ reservedPicoUsd: 0n, spentPicoUsd: 9n })
  const days = await usageOf(userId)
  expect(days).toMatchObject([{ model: 'gpt-9', calls: 3, costPicoUsd: 9n, inputTokens: 30n }])
})

test('nobody but the merge moves what was spent', async () => {
  const userId = await arrangeUser(null)
  await expect(
    sql`select merge_spending(${newId()}::uuid, ${userId}::uuid)`.execute(asUser(db, userId)),
  ).rejects.toMatchObject({ code: '42501' })
})

test('each percentage of a budget is told once a month, with the settlement that reached it', async () => {
  const userId = await arrangeUser(1_000n)
  for (const [cost, percents] of [
    [490n, []],
    [10n, [50]],
    [1n, [50]],
    [500n, [50, 100]],
    [1n, [50, 100]],
  ] as const) {
    const turn = await begin(userId, { price: NO_PRICE }).catch(() => undefined)
    if (turn === undefined) break
    await end(turn, [await attemptOf(turn, cost)])
    expect(await alertsOf(userId)).toEqual(percents)
  }
  expect(await budgetOf(userId)).toMatchObject({ alerted: 100 })
})

test('a call is counted once, by its day and model, whoever settles it how often', async () => {
  const userId = await arrangeUser(null)
  const turn = await begin(userId)
  const attempt = await attemptOf(turn, 6n)
  expect(await settleAttempt(db, attempt)).toBe(true)
  expect(await settleAttempt(db, attempt)).toBe(false)
  await end(turn, [attempt])
  const call = {
    id: newId(),
    userId,
    purpose: 'title' as const,
    deployment: 'd',
    provider: 'p',
    model: 'small',
    inputTokens: 3,
    outputTokens: 2,
    estimated: false,
    costPicoUsd: 1n,
  }
  await accountCall(db, call)
  await accountCall(db, call)
  expect(await usageOf(userId)).toMatchObject([
    { model: 'gpt-9', calls: 1, inputTokens: 10n, outputTokens: 5n, costPicoUsd: 6n },
    { model: 'small', calls: 1, inputTokens: 3n, outputTokens: 2n, costPicoUsd: 1n },
  ])
  expect(await budgetOf(userId)).toMatchObject({ spentPicoUsd: 7n })
  await disownAttempts(db, { userId })
  expect(await budgetOf(userId)).toMatchObject({ spentPicoUsd: 7n })
})

test('after all of this what is spent is the sum of the ledger, and nothing is reserved', async () => {
  const { rows } = await sql`
    select
      (select sum(cost_pico_usd) from attempts) as ledger,
      (select sum(spent_pico_usd) from installation_spending) as installation,
      (select sum(spent_pico_usd) from budgets where scope = 'user') as users,
      (select sum(cost_pico_usd) from usage_days) as days,
      (select sum(reserved_pico_usd) from installation_spending) as reserved
  `.execute(admin)
  const { ledger } = rows[0] as { ledger: string }
  expect(BigInt(ledger)).toBeGreaterThan(0n)
  expect(rows).toEqual([
    { ledger, installation: ledger, users: ledger, days: ledger, reserved: '0' },
  ])
})

async function arrangeUser(limitPicoUsd: bigint | null): Promise<string> {
  const { id: userId } = await arrangeGuest(db)
  await limitUser(userId, limitPicoUsd)
  return userId
}

async function limitUser(userId: string, limitPicoUsd: bigint | null | undefined): Promise<void> {
  await db
    .transaction()
    .execute((transaction) => setUserBudget(transaction, { userId, limitPicoUsd }))
}

async function limitInstallation(limitPicoUsd: bigint | null): Promise<void> {
  await db
    .transaction()
    .execute((transaction) => setInstallationBudget(transaction, { limitPicoUsd }))
}

async function begin(userId: string, change: Partial<NewTurn> = {}): Promise<NewTurn> {
  const turn = newTurn({ userId, owner, price, ...change })
  await startTurn(db, turn)
  return turn
}

/** Announced, with its settlement. */
async function attemptOf(turn: NewTurn, costPicoUsd: bigint): Promise<SettledAttempt> {
  const { userId, turnId } = turn
  const attempt = { attemptId: newId(), userId, turnId, epoch: 1 }
  await announceAttempt(db, { ...attempt, deployment: 'd', provider: 'p', model: 'gpt-9' })
  return {
    ...attempt,
    outcome: 'completed',
    rawFinish: 'stop',
    usage: {
      inputTokens: 10,
      outputTokens: 5,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: false,
    },
    costPicoUsd,
    timeToFirstTokenMs: 1,
    durationMs: 1,
    error: null,
  }
}

function end(turn: NewTurn, attempts: readonly SettledAttempt[]) {
  return arrangeEnd(db, turn, { attempts, priceOf: () => price })
}

function endAs(turn: NewTurn, epoch: number, attempts: readonly SettledAttempt[]) {
  const { turnId, chatId, userId } = turn
  return db.transaction().execute((transaction) =>
    finishTurn(transaction, {
      turnId,
      chatId,
      userId,
      owner: turn.owner,
      epoch,
      state: 'completed',
      finish: 'stop',
      attempts,
      nextOwner: null,
      priceOf: () => price,
    }),
  )
}

function budgetOf(userId: string) {
  return findBudget(db, { userId, month })
}

function usageOf(userId: string) {
  return listUsageDays(db, { userId, from: month, until: '9999-12-31' })
}

async function reservedBy(turn: NewTurn): Promise<bigint | null | undefined> {
  return (await findTurn(db, turn))?.reservedPicoUsd
}

async function installation(): Promise<{ reserved: bigint; spent: bigint }> {
  const { rows } = await sql<{ reserved: bigint; spent: bigint }>`
    select coalesce(sum(reserved_pico_usd), 0)::bigint as reserved,
      coalesce(sum(spent_pico_usd), 0)::bigint as spent
    from installation_spending
  `.execute(db)
  return rows[0]!
}

async function rowsOf(userId: string) {
  const { rows } = await sql`
    select
      (select count(*)::integer from turns where user_id = ${userId}) as turns,
      (select count(*)::integer from chat_sessions where user_id = ${userId}) as chats,
      (select count(*)::integer from chat_history where user_id = ${userId}) as messages
  `.execute(admin)
  return rows[0]
}

async function alertsOf(userId: string): Promise<unknown[]> {
  const rows = await db
    .selectFrom('outbox')
    .select('payload')
    .where('topic', '=', 'budget-alert')
    .where(sql<boolean>`payload ->> 'userId' = ${userId}`)
    .orderBy('id')
    .execute()
  return rows.map(({ payload }) => payload['percent'])
}
