import {
  asUser,
  deleteChat,
  findChat,
  listUsageDays,
  mergeGuest,
  monthOf,
  newId,
  renameChat,
  setUserBudget,
} from '@brainlyx/db'
import { arrangeGuest, arrangeTurn } from '@brainlyx/db/testing'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createArena } from '../../test/running-worker.ts'
import { createTitleJob } from './title.job.ts'

const arena = await createArena()
const { db, simulator } = arena
afterAll(() => arena.close())
afterEach(() => simulator.clear())

const job = createTitleJob({ ...arena, stopping: new AbortController().signal })

test('a chat is named by a model that was asked for a title and a title alone', async () => {
  const { payload, chat } = await arrange('How do I grow tomatoes on a balcony?')
  await run(payload)
  const { title, titleSource } = (await findChat(db, chat))!
  expect(title).toMatch(/tomatoes/i)
  expect(title!.split(' ').length).toBeLessThanOrEqual(6)
  expect(titleSource).toBe('job')
  expect(simulator.attempts()).toMatchObject([{ model: 'fast', stream: false }])
})

test('run twice, a chat is asked for once', async () => {
  const { payload, chat } = await arrange('Tell me about whales')
  await run(payload)
  const before = await findChat(db, chat)
  await run(payload)
  expect(await findChat(db, chat)).toEqual(before)
  expect(simulator.attempts()).toHaveLength(1)
})

test('a name that the user gave stays, also when it came while the model was thinking', async () => {
  const { payload, chat } = await arrange('Tell me about bees')
  simulator.setFault({ fault: 'slow-first-token-300', times: 1 })
  const running = run(payload)
  await renameChat(db, { ...chat, title: 'Mine' })
  await running
  expect(await findChat(db, chat)).toMatchObject({ title: 'Mine', titleSource: 'user' })
})

test('a failure that may pass is left to the next attempt, the last one takes the first words', async () => {
  const { payload, chat } = await arrange(
    'Plan a trip to Lisbon for three people, please, with children',
  )
  simulator.setFault({ fault: '500', times: 2 })
  await expect(run(payload)).rejects.toHaveProperty('code')
  expect(await findChat(db, chat)).toMatchObject({ title: null })
  await run(payload, { isLastAttempt: true })
  expect(await findChat(db, chat)).toMatchObject({
    title: 'Plan a trip to Lisbon for three people,…',
    titleSource: 'job',
  })
})

test('a refusal that will not pass takes the first words at once', async () => {
  const { payload, chat } = await arrange('Why is the sky blue?')
  simulator.setFault({ fault: '404', times: 1 })
  await run(payload)
  expect(await findChat(db, chat)).toMatchObject({ title: 'Why is the sky blue?' })
})

test('nothing happens for a chat that was deleted', async () => {
  const { payload, chat } = await arrange('Forget me')
  await db.transaction().execute((transaction) => deleteChat(transaction, chat))
  await run(payload)
  expect(simulator.attempts()).toEqual([])
})

test('nothing happens for a turn that is not the user’s', async () => {
  const { payload } = await arrange('My secret')
  const other = await arrangeGuest(db)
  await run({ ...payload, userId: other.id })
  expect(simulator.attempts()).toEqual([])
})

test('a guest who has become a member meanwhile finds the chat named', async () => {
  const { payload, chat } = await arrange('How do I bake bread?')
  const member = await arrangeGuest(db)
  await db
    .transaction()
    .execute((transaction) =>
      mergeGuest(transaction, { guestId: payload.userId, userId: member.id }),
    )
  await run(payload)
  expect((await findChat(db, { ...chat, userId: member.id }))?.title).toMatch(/bread/i)
})

test('what a title takes is in its user’s ledger, once however often the job runs', async () => {
  const { payload, chat } = await arrange('Tell me about otters')
  const { userId } = payload
  const jobId = newId()
  await run(payload, { jobId })
  const usage = { userId, from: monthOf(new Date()), until: '9999-12-31' }
  const once = await listUsageDays(db, usage)
  expect(once).toMatchObject([{ calls: 1 }])
  expect(once[0]!.outputTokens).toBeGreaterThan(0n)
  // It died before it could store the name.
  await asUser(db, userId)
    .updateTable('chatSessions')
    .set({ title: null, titleSource: null })
    .where('userId', '=', userId)
    .execute()
  await run(payload, { jobId })
  expect((await findChat(db, chat))?.title).toMatch(/otters/i)
  expect(await listUsageDays(db, usage)).toEqual(once)
})

test('whose budget is spent gets the first words', async () => {
  const { payload, chat } = await arrange('Tell me about badgers')
  const { userId } = payload
  await db
    .transaction()
    .execute((transaction) => setUserBudget(transaction, { userId, limitPicoUsd: 0n }))
  await run(payload)
  expect(await findChat(db, chat)).toMatchObject({ title: 'Tell me about badgers' })
  expect(simulator.attempts()).toEqual([])
})

async function arrange(text: string) {
  const user = await arrangeGuest(db)
  const { turnId, chatId } = await arrangeTurn(db, {
    userId: user.id,
    owner: 'process-a',
    parts: [{ type: 'text', text }],
  })
  return { payload: { chatId, turnId, userId: user.id }, chat: { chatId, userId: user.id } }
}

function run(
  payload: { chatId: string; turnId: string; userId: string },
  { isLastAttempt = false, jobId = newId() } = {},
): Promise<void> {
  return job({ payload, jobId, attempt: 1, isLastAttempt })
}
