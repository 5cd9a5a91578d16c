// A chat's way is read by an index range and by what messages know of their branches. Both save work and change nothing:
// in any chat it is what is read where nobody knows of its branches.
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { insertImportedChat, insertImportedMessages } from '../rights/import-chat.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import type { NewTurn } from '../turns/start-turn.ts'
import { showBranch } from './branch.ts'
import { findChat } from './chat.repository.ts'
import { MESSAGE_COLUMNS } from './message-columns.ts'
import { listMessages, readHistory } from './message.repository.ts'
import type { MessagePlace } from './message.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})

const owner = 'process-a'

interface ChatPlace {
  userId: string
  chatId: string
}

test('a chat whose messages only follow each other has no branches', async () => {
  const chat = await arrangeChat()
  await take(chat, {})
  await take(chat, { fails: true })
  const { lastMessageId } = (await findChat(db, chat))!
  await take(chat, { userMessageId: lastMessageId!, answersAnew: true })
  await take(chat, { parentId: (await findChat(db, chat))!.lastMessageId })
  const running = await begin(chat, {})
  const waiting = await begin(chat, {})
  await arrangeEnd(db, running)
  await arrangeEnd(db, waiting)
  expect((await findChat(db, chat))?.branched).toBe(false)
  expect(await countForks(chat)).toBe(0)
})

test('any chat reads as it does where nobody knows of its branches', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      const chat = await arrangeChat()
      for (const at of steps) await go(chat, at)
      await expectSameUnknown(chat)
    }),
    { numRuns: 12 },
  ),
)

test('an imported chat does, too', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(20), { minLength: 1, maxLength: 12 }),
      fc.nat(20),
      fc.boolean(),
      async (parents, last, isLine) => {
        const user = await arrangeGuest(db)
        const messages = importedMessages(parents, isLine)
        const [id, lastMessageId] = [newId(), messages[last % messages.length]!.id]
        await insertImportedMessages(db, { userId: user.id, chatId: id, messages })
        const title = { title: null, titleSource: null }
        const chat = { id, lastMessageId, updatedAt: new Date(), ...title }
        await insertImportedChat(db, { userId: user.id, chat })
        const { id: chatId } = await asUser(db, user.id)
          .selectFrom('chatSessions')
          .select('id')
          .where('userId', '=', user.id)
          .executeTakeFirstOrThrow()
        await take({ userId: user.id, chatId }, {})
        await expectSameUnknown({ userId: user.id, chatId })
      },
    ),
    { numRuns: 15 },
  ),
)

/** What may be done to a chat; numbers choose among its messages. */
type Step =
  | { does: 'ask' | 'fail' | 'wait' }
  | { does: 'ask at' | 'wait at' | 'answer anew' | 'turn to'; message: number }
  | { does: 'begin anew' }
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('ask', 'fail', 'wait') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('begin anew') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom('ask at', 'wait at', 'answer anew', 'turn to'),
      message: fc.nat(100),
    }),
  },
)

async function go(chat: ChatPlace, at: Step): Promise<void> {
  const messages = await messagesOf(chat)
  const chosen = 'message' in at ? messages[at.message % messages.length]! : messages[0]!
  switch (at.does) {
    case 'ask':
      return take(chat, {})
    case 'fail':
      return take(chat, { fails: true })
    case 'ask at':
      return take(chat, { parentId: chosen.id })
    case 'begin anew':
      return take(chat, { parentId: null })
    case 'wait':
      return wait(chat, {})
    case 'wait at':
      return wait(chat, { parentId: chosen.id })
    case 'answer anew': {
      const questions = messages.filter(({ role }) => role === 'user')
      const question = questions[at.message % questions.length]!
      return take(chat, { userMessageId: question.id, answersAnew: true })
    }
    case 'turn to': {
      const branch = { ...chat, messageId: chosen.id }
      await db.transaction().execute((transaction) => showBranch(transaction, branch))
    }
  }
}

async function take(
  chat: ChatPlace,
  { fails = false, ...turn }: Partial<NewTurn> & { fails?: boolean },
): Promise<void> {
  const begun = await begin(chat, turn)
  const failed = { state: 'failed', finish: 'failed', answer: undefined } as const
  await arrangeEnd(db, begun, fails ? failed : {})
}

/** One turn while another runs. */
async function wait(chat: ChatPlace, turn: Partial<NewTurn>): Promise<void> {
  const running = await begin(chat, {})
  const waiting = await begin(chat, turn)
  await arrangeEnd(db, running)
  await arrangeEnd(db, waiting)
}

async function arrangeChat(): Promise<ChatPlace> {
  const user = await arrangeGuest(db)
  const turn = await arrangeTurn(db, { userId: user.id, owner })
  await arrangeEnd(db, turn)
  return { userId: user.id, chatId: turn.chatId }
}

function begin(chat: ChatPlace, turn: Partial<NewTurn>): Promise<NewTurn> {
  return arrangeTurn(db, { ...chat, owner, ...turn })
}

/** Each follows the one before it, or any of those before it; 0 is a beginning. */
function importedMessages(parents: readonly number[], isLine: boolean) {
  const ids = parents.map((_, index) => newId(Date.now() + index))
  return parents.map((parent, index) => ({
    id: ids[index]!,
    parentId: (isLine ? ids[index - 1] : ids[(parent % (index + 1)) - 1]) ?? null,
    turnId: newId(),
    role: 'user' as const,
    parts: [],
    model: null,
    finish: null,
  }))
}

async function expectSameUnknown(chat: ChatPlace): Promise<void> {
  const messages = await messagesOf(chat)
  const known = await readEverywhere(chat, messages)
  await asUser(db, chat.userId)
    .updateTable('chatSessions')
    .set({ branched: null })
    .where('id', '=', chat.chatId)
    .execute()
  expect(known).toEqual(await readEverywhere(chat, messages))
}

async function readEverywhere(chat: ChatPlace, messages: readonly { id: string }[]) {
  const places: MessagePlace[] = [{}]
  for (const { id } of messages) places.push({ before: id }, { from: id }, { around: id })
  const pages = places.flatMap((place) => [
    listMessages(db, { ...chat, ...place, limit: 3 }),
    listMessages(db, { ...chat, ...place, limit: 50 }),
  ])
  const histories = messages.map(({ id }) => readHistory(db, { ...chat, leafId: id, limit: 4 }))
  return { pages: await Promise.all(pages), histories: await Promise.all(histories) }
}

async function messagesOf({ userId, chatId }: ChatPlace) {
  return asUser(db, userId)
    .selectFrom('chatHistory')
    .select(MESSAGE_COLUMNS)
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .orderBy('id')
    .execute()
}

async function countForks({ userId, chatId }: ChatPlace): Promise<number> {
  const { count } = await asUser(db, userId)
    .selectFrom('chatHistory')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('userId', '=', userId)
    .where('sessionId', '=', chatId)
    .where('forked', '=', true)
    .executeTakeFirstOrThrow()
  return Number(count)
}
