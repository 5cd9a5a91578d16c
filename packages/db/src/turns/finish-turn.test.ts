import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { deleteChat, findChat } from '../chats/chat.repository.ts'
import { newId } from '../identifiers/new-id.ts'
import { NO_PRICE, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { finishTurn } from './finish-turn.ts'
import type { TurnEnding } from './finish-turn.ts'
import { findTurn } from './turn.repository.ts'

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

test('the end is the answer, the state, what must follow and the free chat, all at once', async () => {
  const { user, ending } = await arrangeEnding()
  const finished = await finish({
    ...ending,
    following: ({ title }) => [{ topic: 'chat-title', payload: { title } }],
  })
  expect(finished).toMatchObject({ next: undefined, isFollowed: true })
  expect(finished?.turn).toMatchObject({
    state: 'completed',
    finish: 'stop',
    answerMessageId: ending.answer.messageId,
    endedAt: expect.any(Date),
  })
  const answer = await admin
    .selectFrom('chatHistory')
    .selectAll()
    .where('id', '=', ending.answer.messageId)
    .executeTakeFirstOrThrow()
  expect(answer).toMatchObject({
    role: 'assistant',
    parentId: finished?.turn.userMessageId,
    parts: [{ type: 'text', text: 'the answer' }],
    model: 'gpt-9',
    finish: 'stop',
  })
  expect(await findChat(db, { userId: user.id, chatId: ending.chatId })).toMatchObject({
    activeTurnId: null,
    lastMessageId: ending.answer.messageId,
  })
  const outbox = await db.selectFrom('outbox').select('payload').execute()
  expect(outbox).toEqual([{ payload: { title: null } }])
})

test.each([
  ['a stale epoch', { epoch: 0 }],
  ['another owner', { owner: 'process-b' }],
  ['another user', { userId: newId() }],
])('%s changes nothing', async (_what, change) => {
  const { user, ending } = await arrangeEnding()
  expect(await finish({ ...ending, ...change })).toBeUndefined()
  expect(await findTurn(db, { userId: user.id, turnId: ending.turnId })).toMatchObject({
    state: 'running',
    answerMessageId: null,
  })
  expect(await findChat(db, { userId: user.id, chatId: ending.chatId })).toMatchObject({
    activeTurnId: ending.turnId,
  })
  expect(await messagesOf(ending.chatId)).toHaveLength(1)
})

test('twenty ends at once leave one answer', async () => {
  const { ending } = await arrangeEnding()
  const ends = await Promise.all(
    Array.from({ length: 20 }, () =>
      finish({ ...ending, answer: { ...ending.answer, messageId: newId() } }),
    ),
  )
  expect(ends.filter((end) => end !== undefined)).toHaveLength(1)
  expect(await messagesOf(ending.chatId)).toHaveLength(2)
})

test('a failure without an answer keeps the problem and frees the chat', async () => {
  const { user, ending } = await arrangeEnding()
  const { answer: _, ...rest } = ending
  const problem = {
    type: 'urn:brainlyx:problem:turn-interrupted',
    title: 'Interrupted',
    status: 503,
    code: 'turn-interrupted',
    traceId: '0'.repeat(32),
    retryable: true,
    retryAfterMs: null,
  }
  await finish({ ...rest, state: 'failed', finish: 'failed', problem })
  expect(await findTurn(db, { userId: user.id, turnId: ending.turnId })).toMatchObject({
    state: 'failed',
    problem,
    answerMessageId: null,
  })
  const chat = await findChat(db, { userId: user.id, chatId: ending.chatId })
  expect(chat?.activeTurnId).toBeNull()
  expect(await messagesOf(ending.chatId)).toHaveLength(1)
})

test('a turn whose guest has become a member while it ran ends in the member’s chat', async () => {
  const { user: guest, ending } = await arrangeEnding()
  const member = await arrangeGuest(db)
  await db
    .transaction()
    .execute((transaction) => mergeGuest(transaction, { guestId: guest.id, userId: member.id }))
  expect((await finish(ending))?.turn).toMatchObject({ userId: member.id, state: 'completed' })
  expect(await messagesOf(ending.chatId)).toMatchObject([
    { userId: member.id },
    { userId: member.id },
  ])
})

test('turns that end while their chats are deleted neither deadlock nor leave rows behind', async () => {
  const turns = await Promise.all(Array.from({ length: 20 }, () => arrangeEnding()))
  await Promise.all(
    turns.flatMap(({ user, ending }) => [
      finish(ending),
      db
        .transaction()
        .execute((transaction) =>
          deleteChat(transaction, { userId: user.id, chatId: ending.chatId }),
        ),
    ]),
  )
  for (const { user, ending } of turns) {
    expect(await messagesOf(ending.chatId)).toEqual([])
    expect(await findTurn(db, { userId: user.id, turnId: ending.turnId })).toBeUndefined()
  }
})

async function arrangeEnding() {
  const user = await arrangeGuest(db)
  const { turnId, chatId } = await arrangeTurn(db, { userId: user.id, owner })
  const ending = {
    turnId,
    chatId,
    userId: user.id,
    owner,
    epoch: 1,
    state: 'completed',
    finish: 'stop',
    nextOwner: null,
    priceOf: () => NO_PRICE,
    answer: {
      messageId: newId(),
      parts: [{ type: 'text', text: 'the answer' }],
      model: 'gpt-9',
    },
  } satisfies TurnEnding
  return { user, ending }
}

function finish(ending: TurnEnding) {
  return db.transaction().execute((transaction) => finishTurn(transaction, ending))
}

function messagesOf(chatId: string) {
  return admin
    .selectFrom('chatHistory')
    .selectAll()
    .where('sessionId', '=', chatId)
    .orderBy('id')
    .execute()
}
