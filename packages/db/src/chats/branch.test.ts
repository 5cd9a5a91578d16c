import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import type { QueryReport } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import type { NewTurn } from '../turns/start-turn.ts'
import { findTurn } from '../turns/turn.repository.ts'
import { showBranch } from './branch.ts'
import { findChat } from './chat.repository.ts'
import { listMessages, readHistory } from './message.repository.ts'

const queries: QueryReport[] = []
const database = await testDatabase()
const db = createDatabase({
  url: database.url,
  name: 'test',
  onQuery: (query) => queries.push(query),
})
afterAll(async () => {
  await db.destroy()
  await database.close()
})

const owner = 'process-a'

test('a message that was edited begins a branch, and each knows the other', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const second = await ask(chat, 'two')
  const edited = await ask(chat, 'two, but better', { parentId: first.answerId })
  expect(await shown(chat)).toEqual([
    { text: 'one', siblings: 1 },
    { text: 'answer to one', siblings: 1 },
    { text: 'two, but better', siblings: 2 },
    { text: 'answer to two, but better', siblings: 1 },
  ])
  const { messages } = await listMessages(db, { ...chat, limit: 10 })
  expect(messages[4]?.siblingIds).toEqual([second.questionId, edited.questionId])
  const history = await readHistory(db, { ...chat, leafId: edited.questionId, limit: 50 })
  expect(history.slice(2).map(textOf)).toEqual(['one', 'answer to one', 'two, but better'])
})

test('a chat that is begun anew has two beginnings', async () => {
  const chat = await arrangeChat()
  const { messages: before } = await listMessages(db, { ...chat, limit: 10 })
  const anew = await ask(chat, 'uno', { parentId: null })
  const { messages } = await listMessages(db, { ...chat, limit: 10 })
  expect(messages.map(textOf)).toEqual(['uno', 'answer to uno'])
  expect(messages[0]?.siblingIds).toEqual([before[0]?.id, anew.questionId])
})

test('an answer that was asked for anew stands beside the first', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const again = await answerAnew(chat, first.questionId, 'another answer')
  expect(await shown(chat)).toEqual([
    { text: 'one', siblings: 1 },
    { text: 'another answer', siblings: 2 },
  ])
  const { messages } = await listMessages(db, { ...chat, limit: 10 })
  expect(messages[3]?.siblingIds).toEqual([first.answerId, again.answerId])
})

test('an answer that was asked for anew and never came leaves the first in its place', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const again = await begin(chat, { userMessageId: first.questionId, answersAnew: true })
  expect(await shown(chat)).toEqual([{ text: 'one', siblings: 1 }])
  await arrangeEnd(db, again, { state: 'failed', finish: 'failed', answer: undefined })
  expect((await shown(chat)).map((message) => message.text)).toEqual(['one', 'answer to one'])
})

test('turning to a branch shows its newest messages, and the next message follows them', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const second = await ask(chat, 'two')
  await ask(chat, 'three')
  await answerAnew(chat, second.questionId, 'another answer')
  await ask(chat, 'two, but better', { parentId: first.answerId })
  await turnTo(chat, second.questionId)
  expect((await shown(chat)).map((message) => message.text)).toEqual([
    'one',
    'answer to one',
    'two',
    'another answer',
  ])
  await turnTo(chat, second.answerId)
  await ask(chat, 'four')
  expect((await shown(chat)).slice(3).map((message) => message.text)).toEqual([
    'answer to two',
    'three',
    'answer to three',
    'four',
    'answer to four',
  ])
})

test('who has turned to another branch while an answer is written stays there', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const second = await ask(chat, 'two')
  const running = await begin(chat, { parentId: first.answerId })
  await turnTo(chat, second.questionId)
  const { turn } = await arrangeEnd(db, running)
  expect(await findChat(db, chat)).toMatchObject({
    activeTurnId: null,
    lastMessageId: second.answerId,
  })
  await turnTo(chat, running.userMessageId)
  expect(await findChat(db, chat)).toMatchObject({ lastMessageId: turn.answerMessageId })
})

test('who turns back to the answer that is being written sees it there when it has ended', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const running = await begin(chat, { userMessageId: first.questionId, answersAnew: true })
  await turnTo(chat, first.answerId)
  await turnTo(chat, first.questionId)
  const { turn } = await arrangeEnd(db, running)
  expect(await findChat(db, chat)).toMatchObject({ lastMessageId: turn.answerMessageId })
})

test('a message sent from another branch than the one being written is meant for that', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const second = await ask(chat, 'two')
  const running = await begin(chat, { parentId: first.answerId })
  await turnTo(chat, second.questionId)
  const waiting = await begin(chat, { parts: [{ type: 'text', text: 'three' }] })
  await arrangeEnd(db, running)
  await arrangeEnd(db, waiting)
  expect((await shown(chat)).map((message) => message.text)).toEqual([
    'one',
    'answer to one',
    'two',
    'answer to two',
    'three',
  ])
  const { lastMessageId } = (await findChat(db, chat))!
  expect(lastMessageId).toBe((await findTurn(db, waiting))?.answerMessageId)
})

test('what follows a question that was never answered and an answer that came later are alternatives', async () => {
  const chat = await arrangeChat()
  const failed = await begin(chat, { parts: [{ type: 'text', text: 'one' }] })
  await arrangeEnd(db, failed, { state: 'failed', finish: 'failed', answer: undefined })
  const next = await ask(chat, 'two')
  const late = await answerAnew(chat, failed.userMessageId, 'late')
  const { messages } = await listMessages(db, { ...chat, limit: 10 })
  expect(messages.map(textOf)).toEqual(['hello', 'yes', 'one', 'late'])
  expect(messages[3]?.siblingIds).toEqual([next.questionId, late.answerId])
})

test('pages go back along the branch, whatever was said in others meanwhile', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  for (let index = 0; index < 4; index++) await ask(chat, `aside ${index}`)
  await ask(chat, 'two', { parentId: first.answerId })
  for (let index = 0; index < 3; index++) await ask(chat, `more ${index}`)
  const whole = await listMessages(db, { ...chat, limit: 100 })
  const paged: typeof whole.messages = []
  let before: string | null | undefined
  while (before !== null) {
    const page = await listMessages(db, { ...chat, limit: 3, ...(before && { before }) })
    paged.unshift(...page.messages)
    before = page.nextCursor
  }
  expect(paged).toEqual(whole.messages)
  expect(paged.map(textOf).slice(4, 7)).toEqual(['two', 'answer to two', 'more 0'])
})

test('a child that looks older than its parent, by another replica’s clock, is still its child', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  const early = newId(timestampOf(first.answerId).getTime() - 2_000)
  const late = await begin(chat, { userMessageId: early })
  await arrangeEnd(db, late)
  const history = await readHistory(db, { ...chat, leafId: early, limit: 50 })
  expect(history.map((message) => message.id)).toEqual([
    ...history.slice(0, -2).map((message) => message.id),
    first.answerId,
    early,
  ])
  expect(history).toHaveLength(5)
  expect((await listMessages(db, { ...chat, limit: 50 })).messages).toHaveLength(6)
})

test('a page is one query, with branches two, and reads no more where the chat is long', async () => {
  for (const isBranched of [false, true]) {
    const aMinuteAgo = Date.now() - 60_000
    const [short, long] = [await arrangeChat(), await arrangeChat(aMinuteAgo)]
    for (let index = 0; index < 10; index++) await ask(short, `message ${index}`)
    await prolong(long, 2_000, aMinuteAgo + 2)
    for (const chat of [short, long]) {
      const { questionId } = await ask(chat, 'and then')
      if (isBranched) await answerAnew(chat, questionId, 'another answer')
    }
    const ofShort = await blocksRead(short)
    const ofLong = await blocksRead(long)
    expect(ofLong).toHaveLength(isBranched ? 2 : 1)
    for (const [index, blocks] of ofLong.entries()) {
      expect(blocks).toBeLessThan(1.5 * ofShort[index]!)
    }
  }
})

test('a page forward takes no query for each of its messages where the chat has branches', async () => {
  const chat = await arrangeChat()
  const questions: string[] = []
  for (let index = 0; index < 12; index++) questions.push((await ask(chat, `${index}`)).questionId)
  await answerAnew(chat, questions[4]!, 'better')
  await ask(chat, 'and so on')
  queries.length = 0
  const page = await listMessages(db, { ...chat, from: questions[0]!, limit: 14 })
  // The message asked for; from it a range, and from the newer answer, which lies behind that, another; alternatives.
  expect(queries).toHaveLength(4)
  expect(page.messages.slice(-5).map(textOf)).toEqual([
    'answer to 3',
    '4',
    'better',
    'and so on',
    'answer to and so on',
  ])
  expect(page.messages).toHaveLength(12)
  expect(page.messages.at(-3)?.siblingIds).toHaveLength(2)
  expect(page.newerCursor).toBeNull()
})

test('another user can turn to no branch, and no chat to another’s', async () => {
  const chat = await arrangeChat()
  const first = await ask(chat, 'one')
  await ask(chat, 'uno', { parentId: null })
  const before = await findChat(db, chat)
  const other = await arrangeChat()
  const foreign = await ask(other, 'theirs')
  const elsewhere = await arrangeTurn(db, { userId: chat.userId, owner })
  const none = [
    { ...chat, messageId: elsewhere.userMessageId },
    { ...chat, userId: other.userId, messageId: first.questionId },
    { ...chat, messageId: foreign.questionId },
    { ...other, messageId: first.questionId },
    { ...chat, messageId: newId() },
  ]
  for (const branch of none) {
    expect(
      await db.transaction().execute((transaction) => showBranch(transaction, branch)),
    ).toBeUndefined()
  }
  expect(await findChat(db, chat)).toEqual(before)
  expect(
    (await listMessages(db, { ...other, limit: 10, before: first.answerId })).messages,
  ).toEqual([])
})

interface ChatPlace {
  userId: string
  chatId: string
}

/** A chat of one turn: «hello», «yes». */
async function arrangeChat(at = Date.now()): Promise<ChatPlace> {
  const user = await arrangeGuest(db)
  const [chatId, userMessageId, messageId] = [newId(at), newId(at), newId(at + 1)]
  const turn = await arrangeTurn(db, {
    userId: user.id,
    owner,
    chatId,
    newChat: true,
    userMessageId,
  })
  const parts = [{ type: 'text' as const, text: 'yes' }]
  await arrangeEnd(db, turn, { answer: { messageId, parts, model: 'gpt-9' } })
  return { userId: user.id, chatId: turn.chatId }
}

function begin(chat: ChatPlace, turn: Partial<NewTurn>): Promise<NewTurn> {
  return arrangeTurn(db, { ...chat, owner, ...turn })
}

async function ask(chat: ChatPlace, text: string, turn: Partial<NewTurn> = {}) {
  const begun = await begin(chat, { parts: [{ type: 'text', text }], ...turn })
  return { questionId: begun.userMessageId, answerId: await answer(begun, `answer to ${text}`) }
}

async function answerAnew(chat: ChatPlace, questionId: string, text: string) {
  const begun = await begin(chat, { userMessageId: questionId, answersAnew: true })
  return { answerId: await answer(begun, text) }
}

async function answer(turn: NewTurn, text: string): Promise<string> {
  const messageId = newId()
  await arrangeEnd(db, turn, {
    answer: { messageId, parts: [{ type: 'text', text }], model: 'gpt-9' },
  })
  return messageId
}

async function turnTo(chat: ChatPlace, messageId: string): Promise<void> {
  const shownNow = await db
    .transaction()
    .execute((transaction) => showBranch(transaction, { ...chat, messageId }))
  expect(shownNow).toBeDefined()
}

/** Hangs so many messages on the chat's last one, each of a millisecond of its own, as messages are. */
async function prolong(chat: ChatPlace, count: number, start: number): Promise<void> {
  let parentId = (await findChat(db, chat))!.lastMessageId
  const rows = Array.from({ length: count }, (_, index) => {
    const id = newId(start + index)
    const row = {
      id,
      createdAt: timestampOf(id),
      userId: chat.userId,
      sessionId: chat.chatId,
      turnId: newId(),
      parentId,
      role: 'user' as const,
      parts: '[]',
    }
    parentId = id
    return row
  })
  const own = asUser(db, chat.userId)
  await own.insertInto('chatHistory').values(rows).execute()
  await own
    .updateTable('chatSessions')
    .set({ lastMessageId: parentId })
    .where('id', '=', chat.chatId)
    .execute()
}

/** What each query of a page has to look at, in blocks of tables and indexes. */
async function blocksRead(chat: ChatPlace): Promise<number[]> {
  queries.length = 0
  await listMessages(db, { ...chat, limit: 20 })
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    await client.query("select set_config('brainlyx.user_id', $1, false)", [chat.userId])
    const blocks: number[] = []
    for (const { sql, parameters } of queries.slice()) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, format json) ${sql}`,
        [...parameters],
      )
      const plan = rows[0]!['QUERY PLAN'][0].Plan
      blocks.push(plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!)
    }
    return blocks
  } finally {
    await client.end()
  }
}

/** Without the chat's first turn. */
async function shown(chat: ChatPlace): Promise<{ text: string; siblings: number }[]> {
  const { messages } = await listMessages(db, { ...chat, limit: 100 })
  return messages
    .map((message) => ({ text: textOf(message), siblings: message.siblingIds.length }))
    .filter(({ text }) => text !== 'hello' && text !== 'yes')
}

function textOf({ parts }: { parts: readonly object[] }): string {
  return parts.map((part) => ('text' in part ? part.text : '')).join('')
}
