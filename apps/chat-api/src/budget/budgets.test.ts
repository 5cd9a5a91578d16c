import type { Budgets, MessagePage, Problem, Usage } from '@brainlyx/chat-contract'
import { monthOf, newId, setUserBudget } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import type { Browser } from '../../test/browser.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const { db, admin, simulator } = installation
const one = await installation.startReplica()
const other = await installation.startReplica()
const administrator = one.browser()
await signUp(administrator)
afterEach(() => simulator.setPace({ tokensPerSecond: 0 }))

const month = monthOf(new Date())
/** What a turn of a few words reserves of the model that a chat begins with. */
const reservation = await reservationOfOne()

test('each answer says what it cost, and the month what all of them cost', async () => {
  const browser = await guest(one)
  const frames = await browser.turn('/api/v1/turns', { text: 'What is a lighthouse?' })
  const usage = frames.find(({ frame }) => frame.type === 'usage')!.frame as unknown as {
    costPicoUsd: string
    inputTokens: number
    outputTokens: number
  }
  const { chatId } = frames[0]!.frame as { chatId: string }
  const { messages } = await browser.json<MessagePage>(`/api/v1/chats/${chatId}/messages`)
  expect(BigInt(usage.costPicoUsd)).toBeGreaterThan(0n)
  expect(messages.map(({ cost }) => cost)).toEqual([
    null,
    {
      picoUsd: usage.costPicoUsd,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
    },
  ])
  const shown = await browser.json<Usage>('/api/v1/usage')
  expect(shown).toMatchObject({
    month,
    limitPicoUsd: '25000000000000',
    spentPicoUsd: usage.costPicoUsd,
    reservedPicoUsd: '0',
    alert: null,
    days: [{ calls: 1, costPicoUsd: usage.costPicoUsd, outputTokens: usage.outputTokens }],
  })
  const elsewhere = await guest(one)
  expect(await elsewhere.json<Usage>('/api/v1/usage')).toMatchObject({
    spentPicoUsd: '0',
    days: [],
  })
})

test('a hundred turns at once on two replicas overspend a budget of ten by one reservation at most', async () => {
  const browser = await guest(one)
  const elsewhere = other.browser()
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
  const userId = await userIdOf(browser)
  const limit = 10n * reservation
  await limitUser(userId, limit)
  simulator.setPace({ tokensPerSecond: 20 })
  const responses = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      send([browser, elsewhere][index % 2]!, '/api/v1/turns', {
        headers: { accept: 'application/json' },
        json: { text: `What is harbour ${index} for? [tokens:900]` },
      }),
    ),
  )
  const accepted = responses.filter(({ status }) => status === 202)
  const refused = responses.filter(({ status }) => status !== 202)
  const { reservedPicoUsd } = await browser.json<Usage>('/api/v1/usage')
  expect(accepted.length).toBeGreaterThanOrEqual(9)
  expect(BigInt(reservedPicoUsd)).toBeLessThanOrEqual(limit + 2n * reservation)
  expect(accepted.length).toBeLessThanOrEqual(11)
  for (const response of refused) {
    expect(await response.json()).toMatchObject({
      code: 'budget-reserved',
      status: 429,
      retryable: true,
      retryAfterMs: 5_000,
    })
  }
  for (const response of accepted) {
    const { turnId } = (await response.json()) as { turnId: string }
    await send(browser, `/api/v1/turns/${turnId}/stop`)
  }
  await eventually(async () =>
    expect(await browser.json<Usage>('/api/v1/usage')).toMatchObject({ reservedPicoUsd: '0' }),
  )
  const { spentPicoUsd } = await browser.json<Usage>('/api/v1/usage')
  expect(BigInt(spentPicoUsd)).toBeLessThanOrEqual(limit)
  expect(BigInt(spentPicoUsd)).toBe(await ledgerOf(userId))
})

test('what is spent is refused, with when it renews and who can raise it', async () => {
  const browser = await guest(one)
  await limitUser(await userIdOf(browser), 1n)
  await browser.turn('/api/v1/turns', { text: 'The first goes through' })
  const response = await send(browser, '/api/v1/turns', { json: { text: 'And another?' } })
  expect(response.status).toBe(402)
  const problem = (await response.json()) as Problem
  expect(problem).toMatchObject({ code: 'budget-exhausted', retryable: false })
  expect(problem.detail).toMatch(/^It renews on 1 \w+ \(UTC\)\. An administrator can raise it\.$/)
  expect(await browser.json<Usage>('/api/v1/usage')).toMatchObject({ alert: 100 })
})

test('what waits in line is told so when its turn comes, and the chat goes on', async () => {
  const browser = await guest(one)
  await limitUser(await userIdOf(browser), 1n)
  simulator.setPace({ tokensPerSecond: 60 })
  const first = await send(browser, '/api/v1/turns', {
    headers: { accept: 'application/json' },
    json: { text: 'Take your time [tokens:30]' },
  })
  const { chatId } = (await first.json()) as { chatId: string }
  const frames = await browser.turn(`/api/v1/chats/${chatId}/turns`, { text: 'And then?' })
  expect(frames.at(-1)!.frame).toMatchObject({
    type: 'turn-error',
    problem: {
      code: 'budget-exhausted',
      title: 'Your budget for this month is spent.',
      retryable: false,
    },
  })
  const chat = await browser.json<{ activeTurnId: string | null }>(`/api/v1/chats/${chatId}`)
  expect(chat.activeTurnId).toBeNull()
})

test('what waits in line is told where not its user’s budget is spent but that of all', async () => {
  const browser = await guest(one)
  simulator.setPace({ tokensPerSecond: 60 })
  const first = await send(browser, '/api/v1/turns', {
    headers: { accept: 'application/json' },
    json: { text: 'Take your time [tokens:30]' },
  })
  const { chatId } = (await first.json()) as { chatId: string }
  await limitInstallation('0')
  const frames = await browser.turn(`/api/v1/chats/${chatId}/turns`, { text: 'And then?' })
  await limitInstallation(null)
  expect(frames.at(-1)!.frame).toMatchObject({
    type: 'turn-error',
    problem: {
      code: 'budget-exhausted',
      title: 'What all users together may spend this month is spent.',
      retryable: false,
    },
  })
})

test('what is stopped is paid for, by the price of who answered', async () => {
  const browser = await guest(one)
  const userId = await userIdOf(browser)
  simulator.setPace({ tokensPerSecond: 20 })
  const response = await send(browser, '/api/v1/turns', {
    headers: { accept: 'application/json' },
    json: { text: 'Go on and on [tokens:400]' },
  })
  const { turnId } = (await response.json()) as { turnId: string }
  await eventually(() =>
    expect(simulator.attempts().at(-1)).toMatchObject({ endedBy: null, stream: true }),
  )
  await send(browser, `/api/v1/turns/${turnId}/stop`, { method: 'POST' })
  await eventually(async () => {
    const rows = await admin
      .selectFrom('attempts')
      .select(['state', 'estimated', 'costPicoUsd'])
      .where('userId', '=', userId)
      .execute()
    expect(rows).toMatchObject([{ state: 'aborted', estimated: true }])
    expect(rows[0]!.costPicoUsd).toBeGreaterThan(0n)
  })
  expect(await browser.json<Usage>('/api/v1/usage')).toMatchObject({
    reservedPicoUsd: '0',
    spentPicoUsd: String(await ledgerOf(userId)),
  })
})

test('what runs in a chat that is deleted is paid for as well', async () => {
  const browser = await guest(one)
  const userId = await userIdOf(browser)
  simulator.setPace({ tokensPerSecond: 20 })
  const response = await send(browser, '/api/v1/turns', {
    headers: { accept: 'application/json' },
    json: { text: 'Nobody will read this [tokens:400]' },
  })
  const { chatId } = (await response.json()) as { chatId: string }
  await eventually(async () => {
    const rows = await admin
      .selectFrom('attempts')
      .select('id')
      .where('userId', '=', userId)
      .execute()
    expect(rows).toHaveLength(1)
  })
  await send(browser, `/api/v1/chats/${chatId}`, { method: 'DELETE' })
  await eventually(async () => {
    expect(await ledgerOf(userId)).toBeGreaterThan(0n)
    expect(await browser.json<Usage>('/api/v1/usage')).toMatchObject({
      reservedPicoUsd: '0',
      spentPicoUsd: String(await ledgerOf(userId)),
    })
  })
})

test('an administrator sets the budget of all together and of one, which holds at once on every replica', async () => {
  const member = other.browser()
  await signUp(member)
  const { user } = await member.json<{ user: { id: string; email: string } }>('/api/v1/me')
  const set = await send(administrator, '/api/v1/admin/budgets/users', {
    method: 'PUT',
    json: { user: user.email.toUpperCase(), limitPicoUsd: '0' },
  })
  expect(((await set.json()) as Budgets).users).toContainEqual({
    userId: user.id,
    email: user.email,
    limitPicoUsd: '0',
    isOwn: true,
    spentPicoUsd: '0',
    alert: null,
  })
  expect((await send(member, '/api/v1/turns', { json: { text: 'Hello' } })).status).toBe(402)
  await send(administrator, '/api/v1/admin/budgets/users', {
    method: 'PUT',
    json: { user: user.id },
  })
  expect(await member.json<Usage>('/api/v1/usage')).toMatchObject({
    limitPicoUsd: '25000000000000',
  })

  await limitInstallation('0')
  const refused = await send(member, '/api/v1/turns', { json: { text: 'Hello' } })
  expect(await refused.json()).toMatchObject({
    code: 'budget-exhausted',
    title: 'What all users together may spend this month is spent.',
  })
  await limitInstallation(null)
  const shown = await administrator.json<Budgets>('/api/v1/admin/budgets')
  expect(shown.installation).toMatchObject({ limitPicoUsd: null, reservedPicoUsd: '0' })
  expect(shown.tiers.map(({ name }) => name)).toEqual([
    'guest',
    'free',
    'pro',
    'team',
    'enterprise',
  ])
  const audited = await db.selectFrom('auditLog').select('action').execute()
  expect(audited.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['installation-budget', 'user-budget']),
  )
  const nobody = await send(administrator, '/api/v1/admin/budgets/users', {
    method: 'PUT',
    json: { user: newId(), limitPicoUsd: '1' },
  })
  expect(nobody.status).toBe(404)
})

test('after all of this what is spent is the sum of the ledger, and nothing is reserved', async () => {
  await eventually(async () => {
    const { rows } = await sql<Record<string, string>>`
      select
        (select sum(cost_pico_usd) from attempts) as ledger,
        (select sum(spent_pico_usd) from installation_spending) as spent,
        (select sum(spent_pico_usd) from budgets) as users,
        (select sum(reserved_pico_usd) from installation_spending) as reserved
    `.execute(admin)
    const { ledger } = rows[0]!
    expect(rows).toEqual([{ ledger, spent: ledger, users: ledger, reserved: '0' }])
  })
})

function send(
  browser: Browser,
  path: string,
  options: Parameters<Browser['fetch']>[1] = {},
): Promise<Response> {
  return browser.fetch(path, { method: 'POST', ...options })
}

async function reservationOfOne(): Promise<bigint> {
  const browser = await guest(one)
  await browser.turn('/api/v1/turns', { text: 'What is harbour 00 for? [tokens:40]' })
  const row = await admin
    .selectFrom('turns')
    .select('reservedPicoUsd')
    .where('userId', '=', await userIdOf(browser))
    .executeTakeFirstOrThrow()
  return row.reservedPicoUsd!
}

async function userIdOf(browser: Browser): Promise<string> {
  return (await browser.json<{ user: { id: string } }>('/api/v1/me')).user.id
}

async function limitUser(userId: string, limitPicoUsd: bigint): Promise<void> {
  await db
    .transaction()
    .execute((transaction) => setUserBudget(transaction, { userId, limitPicoUsd }))
}

async function ledgerOf(userId: string): Promise<bigint> {
  const { sum } = await admin
    .selectFrom('attempts')
    .select(sql<bigint>`coalesce(sum(cost_pico_usd), 0)::bigint`.as('sum'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow()
  return sum
}

async function limitInstallation(limitPicoUsd: string | null): Promise<void> {
  const json = { limitPicoUsd }
  await send(administrator, '/api/v1/admin/budgets', { method: 'PUT', json })
}
