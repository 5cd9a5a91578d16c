import { newId } from '../identifiers/new-id.ts'
import { createDatabase } from '../connection/create-database.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn, newTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { startTurn } from './start-turn.ts'
import { TurnRefusedError } from './turn-refused-error.ts'
import { findTurn } from './turn.repository.ts'
import { afterAll, expect, test } from 'vitest'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 25 })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 2 })
afterAll(async () => {
  await admin.destroy()
  await db.destroy()
  await database.close()
})

const owner = 'process-a'

test('a first turn makes its chat, its message and what must follow, all at once', async () => {
  const user = await arrangeGuest(db)
  const turn = newTurn({
    userId: user.id,
    owner,
    outbox: [{ topic: 'chat-title', payload: { chatId: 'x' }, traceparent: '00-a-b-01' }],
  })
  const row = await db.transaction().execute((transaction) => startTurn(transaction, turn))
  expect(row).toMatchObject({ state: 'running', epoch: 1, owner, endedAt: null })
  const chat = await admin
    .selectFrom('chatSessions')
    .selectAll()
    .where('id', '=', turn.chatId)
    .executeTakeFirstOrThrow()
  expect(chat).toMatchObject({ activeTurnId: turn.turnId, lastMessageId: turn.userMessageId })
  const message = await admin
    .selectFrom('chatHistory')
    .selectAll()
    .where('turnId', '=', turn.turnId)
    .executeTakeFirstOrThrow()
  expect(message).toMatchObject({ role: 'user', parentId: null, parts: turn.parts })
  const outbox = await db.selectFrom('outbox').selectAll().execute()
  expect(outbox).toMatchObject([
    { topic: 'chat-title', payload: { chatId: 'x' }, traceparent: '00-a-b-01', deliveredAt: null },
  ])
})

test('of fifty turns that start in a chat at once, one runs, twenty wait and the rest are refused', async () => {
  const user = await arrangeGuest(db)
  const first = await arrangeTurn(db, { userId: user.id, owner })
  await arrangeEnd(db, first)
  const starts = await Promise.allSettled(
    Array.from({ length: 50 }, () =>
      arrangeTurn(db, { userId: user.id, owner, chatId: first.chatId }),
    ),
  )
  expect(starts.filter((start) => start.status === 'fulfilled')).toHaveLength(21)
  for (const start of starts.filter((each) => each.status === 'rejected')) {
    expect(start.reason).toBeInstanceOf(TurnRefusedError)
    expect(start.reason).toHaveProperty('reason', 'line-full')
  }
  const turnsIn = (state: 'running' | 'waiting') =>
    admin
      .selectFrom('turns')
      .select(['owner', 'userMessageId'])
      .where('sessionId', '=', first.chatId)
      .where('state', '=', state)
      .execute()
  expect(await turnsIn('running')).toMatchObject([{ owner, userMessageId: expect.any(String) }])
  const waiting = await turnsIn('waiting')
  expect(waiting).toEqual(Array.from({ length: 20 }, () => ({ owner: null, userMessageId: null })))
  const messages = await admin
    .selectFrom('chatHistory')
    .select('id')
    .where('sessionId', '=', first.chatId)
    .execute()
  expect(messages).toHaveLength(3)
})

test.each(['free', 'busy'])(
  'a turn that is sent to a %s chat fifty times at once is there once',
  async (what) => {
    const user = await arrangeGuest(db)
    const first = await arrangeTurn(db, { userId: user.id, owner })
    if (what === 'free') await arrangeEnd(db, first)
    const again = { userId: user.id, owner, chatId: first.chatId, turnId: newId() }
    const starts = await Promise.allSettled(
      Array.from({ length: 50 }, () => arrangeTurn(db, again)),
    )
    expect(starts.filter((start) => start.status === 'fulfilled')).toHaveLength(1)
    for (const start of starts.filter((each) => each.status === 'rejected')) {
      expect(start.reason).toHaveProperty('reason', 'turn-exists')
    }
    expect(await findTurn(db, again)).toMatchObject({
      state: what === 'free' ? 'running' : 'waiting',
    })
  },
)

test('a first turn that is sent twenty times at once starts once and leaves one chat', async () => {
  const user = await arrangeGuest(db)
  const turnId = newId()
  const starts = await Promise.allSettled(
    Array.from({ length: 20 }, () => arrangeTurn(db, { userId: user.id, owner, turnId })),
  )
  expect(starts.filter((start) => start.status === 'fulfilled')).toHaveLength(1)
  for (const start of starts.filter((each) => each.status === 'rejected')) {
    expect(start.reason).toHaveProperty('reason', 'turn-exists')
  }
  const chats = await admin
    .selectFrom('chatSessions')
    .select('id')
    .where('userId', '=', user.id)
    .execute()
  expect(chats).toHaveLength(1)
})

test('a turn that runs or has ended is recognised when it is sent again', async () => {
  const user = await arrangeGuest(db)
  const first = await arrangeTurn(db, { userId: user.id, owner })
  const again = { userId: user.id, owner, chatId: first.chatId, turnId: first.turnId }
  await expect(arrangeTurn(db, again)).rejects.toHaveProperty('reason', 'turn-exists')
  await arrangeEnd(db, first, { state: 'stopped', finish: 'stopped', answer: undefined })
  await expect(arrangeTurn(db, again)).rejects.toHaveProperty('reason', 'turn-exists')
  await arrangeTurn(db, { userId: user.id, owner, chatId: first.chatId })
  await expect(arrangeTurn(db, again)).rejects.toHaveProperty('reason', 'turn-exists')
})

test('another user cannot start a turn in a chat, nor take a turn’s id', async () => {
  const [user, other] = [await arrangeGuest(db), await arrangeGuest(db)]
  const turn = await arrangeTurn(db, { userId: user.id, owner })
  await expect(
    arrangeTurn(db, { userId: other.id, owner, chatId: turn.chatId }),
  ).rejects.toHaveProperty('reason', 'chat-not-found')
  await expect(
    arrangeTurn(db, { userId: other.id, owner, turnId: turn.turnId }),
  ).rejects.toHaveProperty('reason', 'turn-exists')
  expect(await findTurn(db, { userId: other.id, turnId: turn.turnId })).toBeUndefined()
  expect(await findTurn(db, { userId: user.id, turnId: turn.turnId })).toBeDefined()
})

test('a guest who was merged into an account starts no more chats', async () => {
  const [guest, member] = [await arrangeGuest(db), await arrangeGuest(db)]
  await db
    .transaction()
    .execute((transaction) => mergeGuest(transaction, { guestId: guest.id, userId: member.id }))
  await expect(arrangeTurn(db, { userId: guest.id, owner })).rejects.toHaveProperty(
    'reason',
    'user-not-found',
  )
})

test('the next message hangs on the last one', async () => {
  const user = await arrangeGuest(db)
  const first = await arrangeTurn(db, { userId: user.id, owner })
  await arrangeEnd(db, first, { state: 'stopped', finish: 'stopped', answer: undefined })
  const second = await arrangeTurn(db, { userId: user.id, owner, chatId: first.chatId })
  const message = await admin
    .selectFrom('chatHistory')
    .select('parentId')
    .where('id', '=', second.userMessageId)
    .executeTakeFirstOrThrow()
  expect(message.parentId).toBe(first.userMessageId)
})
