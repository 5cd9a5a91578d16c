import {
  accountCall,
  confirmAddress,
  createUser,
  monthOf,
  newId,
  setInstallationBudget,
  setUserBudget,
  setUserRole,
} from '@brainlyx/db'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '@brainlyx/db/testing'
import { createMetrics } from '@brainlyx/service-kit'
import { eventually } from '@brainlyx/testkit'
import { afterAll, expect, test } from 'vitest'
import { createArena, runWorker } from '../../test/running-worker.ts'
import { createBudgetAlertJob } from './budget-alert.job.ts'
import { createBudgetMetrics } from './budget-metrics.ts'
import { watchInstallation } from './watch-installation.ts'

const arena = await createArena()
const { db, admin, logger } = arena
const worker = await runWorker(arena)
afterAll(async () => {
  await worker.stop()
  await arena.close()
})
const metrics = createBudgetMetrics(createMetrics('test'))
const month = monthOf(new Date())

let count = 0
async function arrangeMember({ isConfirmed = true } = {}) {
  const email = `spender-${++count}@example.com`
  const user = await db
    .transaction()
    .execute((transaction) =>
      createUser(transaction, { kind: 'member', email, authUserId: `auth-${count}` }),
    )
  if (isConfirmed) {
    const address = { userId: user.id, address: email }
    await db.transaction().execute((transaction) => confirmAddress(transaction, address))
  }
  return { id: user.id, email }
}

/** Begins a turn, which is when a budget learns its limit, and ends it. */
async function limit(userId: string, limitPicoUsd: bigint): Promise<void> {
  await db
    .transaction()
    .execute((transaction) => setUserBudget(transaction, { userId, limitPicoUsd }))
  await arrangeEnd(db, await arrangeTurn(db, { userId, owner: 'process-a' }))
}

async function spend(userId: string, costPicoUsd: bigint): Promise<void> {
  const whom = { deployment: 'd', provider: 'p', model: 'm' }
  const used = { inputTokens: 1, outputTokens: 1, estimated: false, costPicoUsd }
  await accountCall(db, { id: newId(), userId, purpose: 'title', ...whom, ...used })
}

const subjectsTo = async (address: string): Promise<string[]> => {
  const mails = await admin
    .selectFrom('mailbox')
    .select('subject')
    .where('address', '=', address)
    .orderBy('createdAt')
    .execute()
  return mails.map(({ subject }) => subject)
}

/** All that was to be told of has been. */
async function untilTold(): Promise<void> {
  await eventually(async () => {
    const waiting = await admin
      .selectFrom('outbox')
      .select('id')
      .where('topic', 'in', ['budget-alert', 'mail'])
      .where('deliveredAt', 'is', null)
      .execute()
    const unsent = await admin
      .selectFrom('mails')
      .select('id')
      .where('sentAt', 'is', null)
      .execute()
    const alerts = await admin
      .selectFrom('outbox')
      .selectAll()
      .where('topic', '=', 'budget-alert')
      .execute()
    const shown = await worker.metrics.registry.getSingleMetric('budget_alerts_total')!.get()
    const told = shown.values.reduce((sum, { value }) => sum + value, 0)
    expect([waiting, unsent, told]).toEqual([[], [], alerts.length])
  })
}

test('a user is written to at each percentage of their budget, once, however often the job runs', async () => {
  const { id, email } = await arrangeMember()
  await limit(id, 100n)
  await spend(id, 49n)
  for (const cost of [1n, 29n, 1n, 20n, 1n]) {
    await spend(id, cost)
    await untilTold()
  }
  const subjects = [
    '50 % of your budget is spent',
    '80 % of your budget is spent',
    'Your budget is spent',
  ]
  expect(await subjectsTo(email)).toEqual(subjects)

  const alerts = await admin
    .selectFrom('outbox')
    .selectAll()
    .where('topic', '=', 'budget-alert')
    .execute()
  const job = createBudgetAlertJob({ db, logger, metrics, sendsMail: true, hintOutbox: () => {} })
  for (const { id: jobId, payload } of alerts) {
    await job({ payload: payload as never, jobId, attempt: 2, isLastAttempt: false })
  }
  await untilTold()
  expect(await subjectsTo(email)).toEqual(subjects)
})

test('nobody is written to at an address that they have not confirmed, and no guest is', async () => {
  const { id, email } = await arrangeMember({ isConfirmed: false })
  const guest = await arrangeGuest(db)
  const before = await admin.selectFrom('mails').select('id').execute()
  for (const userId of [id, guest.id]) {
    await limit(userId, 10n)
    await spend(userId, 10n)
  }
  await untilTold()
  expect(await subjectsTo(email)).toEqual([])
  expect(await admin.selectFrom('mails').select('id').execute()).toHaveLength(before.length)
})

test('administrators are written to about what all users spend, and nobody else is', async () => {
  const [first, second, other] = [
    await arrangeMember(),
    await arrangeMember(),
    await arrangeMember(),
  ]
  for (const { id: userId } of [first, second]) await setUserRole(db, { userId, role: 'admin' })
  await spend(other.id, 1_000n)
  await db
    .transaction()
    .execute((transaction) => setInstallationBudget(transaction, { limitPicoUsd: 2_000n }))
  const watch = () =>
    watchInstallation({ db, metrics, now: () => new Date(), hintOutbox: () => {} })
  await Promise.all([watch(), watch()])
  await untilTold()
  const subject = '50 % of the installation’s budget is spent'
  for (const { email } of [first, second]) expect(await subjectsTo(email)).toEqual([subject])
  expect(await subjectsTo(other.email)).toEqual([])
  const { body } = await admin
    .selectFrom('mailbox')
    .select('body')
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow()
  expect(body).toContain('http://chat.example.test:3000/admin/budgets')
})

test('where no mail is sent none is written', async () => {
  const { id: userId } = await arrangeMember()
  const before = await admin.selectFrom('mails').select('id').execute()
  const job = createBudgetAlertJob({ db, logger, metrics, sendsMail: false, hintOutbox: () => {} })
  const payload = { scope: 'user', userId, subject: userId, month, percent: 50 } as const
  await job({ payload, jobId: newId(), attempt: 1, isLastAttempt: false })
  expect(await admin.selectFrom('mails').select('id').execute()).toHaveLength(before.length)
})
