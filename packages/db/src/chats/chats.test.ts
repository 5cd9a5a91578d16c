import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { deleteMessages } from '../rights/delete-everything.ts'
import { announceAttempt } from '../turns/attempt.repository.ts'
import { deleteChat, findChat, listChats, renameChat, setJobTitle } from './chat.repository.ts'
import type { ChatCursor } from './chat.repository.ts'
import { findMessage, listMessages, readHistory } from './message.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})

const owner = 'process-a'

test('pages of chats show each once, newest activity first, also when many share a moment', async () => {
  const user = await arrangeGuest(db)
  const ids: string[] = []
  for (let index = 0; index < 11; index++) {
    ids.push((await arrangeTurn(db, { userId: user.id, owner })).chatId)
  }
  // All in one millisecond: the id decides.
  await asUser(db, user.id)
    .updateTable('chatSessions')
    .set({ updatedAt: new Date() })
    .where('userId', '=', user.id)
    .execute()
  const seen: string[] = []
  const sizes: number[] = []
  let after: ChatCursor | null | undefined
  while (after !== null) {
    const page = await listChats(db, {
      userId: user.id,
      limit: 4,
      ...(after === undefined ? {} : { after }),
    })
    seen.push(...page.chats.map((chat) => chat.id))
    sizes.push(page.chats.length)
    after = page.nextCursor
  }
  expect(seen).toEqual(ids.toReversed())
  expect(sizes).toEqual([4, 4, 3])
})

test('pages of messages go back to the beginning without a gap', async () => {
  const { user, chatId, messageIds } = await arrangeConversation(6)
  const seen: string[] = []
  let before: string | null | undefined
  while (before !== null) {
    const page = await listMessages(db, {
      userId: user.id,
      chatId,
      limit: 5,
      ...(before === undefined ? {} : { before }),
    })
    seen.unshift(...page.messages.map((message) => message.id))
    before = page.nextCursor
  }
  expect(seen).toEqual(messageIds)
})

test('the history of a prompt follows parents, not time', async () => {
  const { user, chatId, messageIds } = await arrangeConversation(3)
  const [first, firstAnswer] = messageIds
  // A second branch from the first answer, newer than everything else.
  const branchId = newId()
  await asUser(db, user.id)
    .insertInto('chatHistory')
    .values({
      id: branchId,
      createdAt: new Date(Number.parseInt(branchId.replace('-', '').slice(0, 12), 16)),
      userId: user.id,
      sessionId: chatId,
      turnId: newId(),
      parentId: firstAnswer!,
      role: 'user',
      parts: JSON.stringify([{ type: 'text', text: 'instead' }]),
    })
    .execute()
  const read = async (leafId: string, limit: number) =>
    (await readHistory(db, { userId: user.id, chatId, leafId, limit })).map((row) => row.id)
  expect(await read(branchId, 50)).toEqual([first, firstAnswer, branchId])
  expect(await read(messageIds.at(-1)!, 50)).toEqual(messageIds)
  expect(await read(messageIds.at(-1)!, 2)).toEqual(messageIds.slice(-2))
  expect(await read(newId(), 50)).toEqual([])
})

test('the history reaches further back than one read', async () => {
  const { user, chatId, messageIds } = await arrangeConversation(40)
  const rows = await readHistory(db, {
    userId: user.id,
    chatId,
    leafId: messageIds.at(-1)!,
    limit: 1_000,
  })
  expect(rows.map((row) => row.id)).toEqual(messageIds)
})

test('a job names a chat once, and never over its user’s own name', async () => {
  const { user, chatId } = await arrangeConversation(1)
  const chat = { userId: user.id, chatId }
  expect(await setJobTitle(db, { ...chat, title: 'First' })).toBe(true)
  expect(await setJobTitle(db, { ...chat, title: 'Second' })).toBe(false)
  expect(await renameChat(db, { ...chat, title: 'Mine' })).toMatchObject({ title: 'Mine' })
  expect(await setJobTitle(db, { ...chat, title: 'Third' })).toBe(false)
  expect(await findChat(db, chat)).toMatchObject({ title: 'Mine', titleSource: 'user' })
})

test('another user sees, renames and deletes nothing', async () => {
  const { user, chatId, messageIds } = await arrangeConversation(1)
  const other = await arrangeGuest(db)
  const foreign = { userId: other.id, chatId }
  expect(await findChat(db, foreign)).toBeUndefined()
  expect((await listChats(db, { userId: other.id, limit: 10 })).chats).toEqual([])
  expect((await listMessages(db, { ...foreign, limit: 10 })).messages).toEqual([])
  expect(await readHistory(db, { ...foreign, leafId: messageIds[1]!, limit: 10 })).toEqual([])
  expect(await findMessage(db, { userId: other.id, messageId: messageIds[0]! })).toBeUndefined()
  expect(await renameChat(db, { ...foreign, title: 'Theirs' })).toBeUndefined()
  expect(await setJobTitle(db, { ...foreign, title: 'Theirs' })).toBe(false)
  expect(
    await db.transaction().execute((transaction) => deleteChat(transaction, foreign)),
  ).toBeUndefined()
  expect(await findChat(db, { userId: user.id, chatId })).toMatchObject({ title: null })
  expect(await findMessage(db, { userId: user.id, messageId: messageIds[0]! })).toBeDefined()
})

test('deleting a chat leaves none of its rows but what it cost, and all of another’s', async () => {
  const { user, chatId, turnIds } = await arrangeConversation(2)
  const kept = await arrangeConversation(2)
  await announce(user.id, turnIds[0]!)
  await announce(kept.user.id, kept.turnIds[0]!)
  expect(
    await db
      .transaction()
      .execute((transaction) => deleteChat(transaction, { userId: user.id, chatId })),
  ).toEqual({ running: undefined, loggedTurnIds: expect.arrayContaining(turnIds) })
  for (const table of ['chatSessions', 'chatHistory', 'turns', 'attempts'] as const) {
    const rows = (userId: string) =>
      asUser(db, userId).selectFrom(table).select('id').where('userId', '=', userId).execute()
    expect((await rows(user.id)).length, table).toBe(table === 'attempts' ? 1 : 0)
    expect((await rows(kept.user.id)).length, table).toBeGreaterThan(0)
  }
})

test('messages that are many are left to be deleted in batches', async () => {
  const { user, chatId } = await arrangeConversation(2)
  const chat = { userId: user.id, chatId }
  await db
    .transaction()
    .execute((transaction) => deleteChat(transaction, chat, { keepMessages: true }))
  expect(await deleteMessages(db, { ...chat, userId: newId() })).toBe(0)
  expect(await deleteMessages(db, chat)).toBe(4)
  expect(await deleteMessages(db, chat)).toBe(0)
})

test('a log that has expired by itself is not among those to delete', async () => {
  const { user, chatId, turnIds } = await arrangeConversation(2)
  await asUser(db, user.id)
    .updateTable('turns')
    .set({ endedAt: new Date(Date.now() - 4 * 60 * 60 * 1000) })
    .where('userId', '=', user.id)
    .where('id', '=', turnIds[0]!)
    .execute()
  const deleted = await db
    .transaction()
    .execute((transaction) => deleteChat(transaction, { userId: user.id, chatId }))
  expect(deleted?.loggedTurnIds).toEqual([turnIds[1]])
})

/** A chat of so many finished turns. */
async function arrangeConversation(turns: number) {
  const user = await arrangeGuest(db)
  const chatId = newId()
  const messageIds: string[] = []
  const turnIds: string[] = []
  for (let index = 0; index < turns; index++) {
    const turn = await arrangeTurn(db, { userId: user.id, owner, chatId, newChat: index === 0 })
    const { turn: ended } = await arrangeEnd(db, turn)
    messageIds.push(turn.userMessageId, ended.answerMessageId!)
    turnIds.push(turn.turnId)
  }
  return { user, chatId, messageIds, turnIds }
}

async function announce(userId: string, turnId: string): Promise<void> {
  await announceAttempt(db, {
    attemptId: newId(),
    userId,
    turnId,
    epoch: 1,
    deployment: 'openai/gpt-9',
    provider: 'openai',
    model: 'gpt-9',
  })
}
