import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { deleteChat, findChat } from '../chats/chat.repository.ts'
import { listMessages } from '../chats/message.repository.ts'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { NO_PRICE, arrangeEnd, arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { asUser } from '../row-level-security/as-user.ts'
import { testDatabase } from '../testing/test-database.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { finishTurn } from './finish-turn.ts'
import type { TurnRow } from '../tables/turns.ts'
import type { TurnEnding } from './finish-turn.ts'
import type { NewTurn } from './start-turn.ts'
import { TurnRefusedError } from './turn-refused-error.ts'
import { findTurn, listWaitingTurns, requestStop } from './turn.repository.ts'

const DAY_MS = 24 * 60 * 60 * 1000

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

test('a turn of a busy chat waits, with its message outside of the chat', async () => {
  const { chat, running } = await arrangeBusyChat()
  const waiting = await say(chat, 'and then?')
  expect(await findTurn(db, waiting)).toMatchObject({
    state: 'waiting',
    owner: null,
    userMessageId: null,
    waiting: { parts: [{ type: 'text', text: 'and then?' }] },
    endedAt: null,
  })
  expect(await textsOf(chat)).toEqual(['first'])
  expect(await findChat(db, chat)).toMatchObject({
    activeTurnId: running.turnId,
    lastMessageId: running.userMessageId,
  })
})

test('the end of a turn begins the next one, whose message follows the answer', async () => {
  const { chat, running } = await arrangeBusyChat()
  const waiting = await say(chat, 'second')
  const { turn: ended, next } = await arrangeEnd(db, running, { nextOwner: 'process-b' })
  expect(next).toMatchObject({
    turn: { id: waiting.turnId, state: 'running', owner: 'process-b', epoch: 1, waiting: null },
    userMessage: { parts: [{ type: 'text', text: 'second' }] },
  })
  expect(await findTurn(db, waiting)).toEqual(next?.turn)
  expect(next?.turn.userMessageId).toBe(next?.userMessage.id)
  expect(next!.userMessage.id > ended.answerMessageId!).toBe(true)
  expect(await textsOf(chat)).toEqual(['first', 'yes', 'second'])
  expect(await findChat(db, chat)).toMatchObject({
    activeTurnId: waiting.turnId,
    lastMessageId: next?.userMessage.id,
  })
})

test('where the ending process is about to go, the next turn runs for whoever takes it', async () => {
  const { chat, running } = await arrangeBusyChat()
  await say(chat, 'second')
  const { next } = await arrangeEnd(db, running, { nextOwner: null })
  expect(next?.turn).toMatchObject({ state: 'running', owner: null })
})

test('turns begin in the order in which they were accepted', async () => {
  const { chat, running } = await arrangeBusyChat()
  const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`)
  // Ids that say the opposite: clients make them, on clocks of their own.
  for (const [index, text] of texts.entries()) {
    await say(chat, text, { turnId: newId(Date.now() - index * 60_000) })
  }
  const line = await listWaitingTurns(db, { ...chat, activeTurnId: running.turnId })
  expect(line.map(textOfWaiting)).toEqual(texts)
  let current: Pick<NewTurn, 'turnId'> | undefined = running
  const begun: string[] = []
  while (current !== undefined) {
    const { next } = await arrangeEnd(db, { ...running, turnId: current.turnId })
    if (next !== undefined) begun.push(textOf(next.userMessage))
    current = next && { turnId: next.turn.id }
  }
  expect(begun).toEqual(texts)
  expect(await findChat(db, chat)).toMatchObject({ activeTurnId: null })
  expect(await textsOf(chat)).toEqual([
    'first',
    'yes',
    ...texts.flatMap((text): string[] => [text, 'yes']),
  ])
})

test.each(['failed', 'stopped'] as const)('a turn that %s lets the next begin', async (state) => {
  const { chat, running } = await arrangeBusyChat()
  await say(chat, 'second')
  const { next } = await arrangeEnd(db, running, { state, finish: state, answer: undefined })
  expect(next?.turn.state).toBe('running')
  expect(await textsOf(chat)).toEqual(['first', 'second'])
})

test('the twenty-first that would wait is refused, and there is room when one has gone', async () => {
  const { chat } = await arrangeBusyChat()
  const waiting: NewTurn[] = []
  for (let index = 0; index < 20; index++) waiting.push(await say(chat, 'more'))
  await expect(say(chat, 'too much')).rejects.toMatchObject({ reason: 'line-full' })
  // One of them sent again is not a twenty-first.
  await expect(arrangeTurn(db, waiting[3]!)).rejects.toMatchObject({ reason: 'turn-exists' })
  await requestStop(db, waiting[7]!)
  await say(chat, 'room again')
})

test('a turn that is stopped while it waits has ended, and its message never joins the chat', async () => {
  const { chat, running } = await arrangeBusyChat()
  const unwanted = await say(chat, 'never mind')
  await say(chat, 'instead')
  expect(await requestStop(db, unwanted)).toMatchObject({
    state: 'stopped',
    finish: 'stopped',
    userMessageId: null,
    waiting: null,
    endedAt: expect.any(Date),
  })
  const again = await requestStop(db, unwanted)
  expect(again).toEqual(await findTurn(db, unwanted))
  await arrangeEnd(db, running)
  expect(await textsOf(chat)).toEqual(['first', 'yes', 'instead'])
})

test('a turn that has just begun can be stopped, too', async () => {
  const { chat, running } = await arrangeBusyChat()
  const waiting = await say(chat, 'second')
  await arrangeEnd(db, running)
  expect(await requestStop(db, waiting)).toMatchObject({
    state: 'running',
    stopRequestedAt: expect.any(Date),
  })
})

test('a turn that is sent at the moment in which the chat becomes free runs', async () => {
  const { chat, running } = await arrangeBusyChat()
  const sent = await duringTheEndOf(running, () => say(chat, 'second'))
  expect(await findTurn(db, sent)).toMatchObject({ state: 'running', owner })
  expect(await textsOf(chat)).toEqual(['first', 'yes', 'second'])
})

test('a turn that is stopped at the moment in which it begins is stopped as one that runs', async () => {
  const { chat, running } = await arrangeBusyChat()
  const waiting = await say(chat, 'second')
  const stopped = await duringTheEndOf(running, () => requestStop(db, waiting))
  expect(stopped).toMatchObject({ state: 'running', stopRequestedAt: expect.any(Date) })
})

test('another user can neither see, stop nor join a line', async () => {
  const { chat, running } = await arrangeBusyChat()
  const waiting = await say(chat, 'mine')
  const other = await arrangeGuest(db)
  const line = { ...chat, activeTurnId: running.turnId }
  expect(await listWaitingTurns(db, { ...line, userId: other.id })).toEqual([])
  expect(await requestStop(db, { ...waiting, userId: other.id })).toBeUndefined()
  await expect(say({ ...chat, userId: other.id }, 'theirs')).rejects.toMatchObject({
    reason: 'chat-not-found',
  })
  await expect(
    arrangeTurn(db, { userId: other.id, owner, turnId: waiting.turnId }),
  ).rejects.toMatchObject({ reason: 'turn-exists' })
  expect((await listWaitingTurns(db, line)).map(textOfWaiting)).toEqual(['mine'])
})

test('a turn waits and begins although its client made its id a month ago', async () => {
  const { chat, running } = await arrangeBusyChat()
  const old = await say(chat, 'second', { turnId: newId(Date.now() - 31 * DAY_MS + 60_000) })
  const line = await listWaitingTurns(db, { ...chat, activeTurnId: running.turnId })
  expect(line.map((turn) => turn.id)).toEqual([old.turnId])
  const { next } = await arrangeEnd(db, running)
  expect(next?.turn).toMatchObject({ id: old.turnId, state: 'running' })
})

test('an answer that is asked for anew waits like a message, and brings none of its own', async () => {
  const { chat, running } = await arrangeBusyChat()
  const again = await arrangeTurn(db, {
    ...chat,
    owner,
    userMessageId: running.userMessageId,
    answersAnew: true,
  })
  expect(await findTurn(db, again)).toMatchObject({
    state: 'waiting',
    waiting: { parts: null },
    userMessageId: running.userMessageId,
  })
  const { next } = await arrangeEnd(db, running)
  expect(next?.userMessage).toEqual({ id: running.userMessageId, parts: running.parts })
  const { turn } = await arrangeEnd(db, again)
  expect(await textsOf(chat)).toEqual(['first', 'yes'])
  const { messages } = await listMessages(db, { ...chat, limit: 10 })
  expect(messages[1]?.id).toBe(turn.answerMessageId)
  expect(messages[1]?.siblingIds).toHaveLength(2)
})

test('a waiting message joins the place that its user chose', async () => {
  const { chat, running } = await arrangeBusyChat()
  const edited = await say(chat, 'first, but better', { parentId: null })
  await say(chat, 'and on from there')
  await arrangeEnd(db, running)
  expect(await textsOf(chat)).toEqual(['first, but better'])
  await arrangeEnd(db, edited)
  expect(await textsOf(chat)).toEqual(['first, but better', 'yes', 'and on from there'])
})

test('the line of a guest who becomes a member goes on as the member’s', async () => {
  const { chat, running } = await arrangeBusyChat()
  await say(chat, 'second')
  const member = await arrangeGuest(db)
  await db
    .transaction()
    .execute((transaction) => mergeGuest(transaction, { guestId: chat.userId, userId: member.id }))
  const line = await whatWaits({ ...chat, userId: member.id })
  expect(line.map(textOfWaiting)).toEqual(['second'])
  const { next } = await arrangeEnd(db, running)
  expect(next?.turn).toMatchObject({ state: 'running', userId: member.id })
  expect(await textsOf({ ...chat, userId: member.id })).toEqual(['first', 'yes', 'second'])
})

test('a deleted chat leaves nobody waiting', async () => {
  const { chat, running } = await arrangeBusyChat()
  const waiting = await say(chat, 'second')
  const deleted = await db.transaction().execute((transaction) => deleteChat(transaction, chat))
  expect(deleted?.running).toMatchObject({ id: running.turnId, owner })
  expect(await findTurn(db, waiting)).toBeUndefined()
  expect(await requestStop(db, waiting)).toBeUndefined()
})

test('starts, ends and stops at once leave nothing stuck and lose nothing', async () => {
  const { chat, running } = await arrangeBusyChat()
  const accepted: NewTurn[] = [running]
  const start = async (): Promise<void> => {
    for (let index = 0; index < 15; index++) {
      await say(chat, `message ${accepted.length}`).then(
        (turn) => accepted.push(turn),
        (error: unknown) => {
          if (!(error instanceof TurnRefusedError && error.reason === 'line-full')) throw error
        },
      )
    }
  }
  const stop = async (): Promise<void> => {
    for (let index = 0; index < 30; index++) {
      await requestStop(db, accepted[Math.floor(Math.random() * accepted.length)]!)
    }
  }
  const started = new AbortController()
  const end = async (): Promise<void> => {
    while (!started.signal.aborted || (await isBusy(chat))) await endWhatRuns(chat)
  }
  const ending = [end(), end(), end()]
  await Promise.all([start(), start(), start(), start(), stop(), stop()])
  started.abort()
  await Promise.all(ending)

  expect(await whatWaits(chat)).toEqual([])
  expect(accepted.length).toBeGreaterThan(20)
  let joined = 0
  for (const turn of accepted) {
    const row = await findTurn(db, turn)
    expect(['completed', 'stopped']).toContain(row?.state)
    if (row?.userMessageId != null) joined++
    if (row?.state === 'completed') expect(row.answerMessageId).not.toBeNull()
  }
  const { messages } = await listMessages(db, { ...chat, limit: 1_000 })
  expect(messages.filter((message) => message.role === 'user')).toHaveLength(joined)
  expect(messages.filter((message) => message.role === 'assistant')).toHaveLength(joined)
}, 30_000)

test('chats that are deleted while turns start, wait, stop and end in them leave no rows', async () => {
  const chats = await Promise.all(Array.from({ length: 20 }, () => arrangeBusyChat()))
  await Promise.all(
    chats.flatMap(({ chat, running }) => {
      const waiting = say(chat, 'second').catch(ignoreRefusal)
      return [
        waiting,
        say(chat, 'third').catch(ignoreRefusal),
        endWhatRuns(chat),
        waiting.then((turn) => turn && requestStop(db, turn)),
        requestStop(db, running),
        db.transaction().execute((transaction) => deleteChat(transaction, chat)),
        endWhatRuns(chat),
      ]
    }),
  )
  for (const { chat } of chats) {
    for (const table of ['turns', 'chatHistory'] as const) {
      const rows = await admin
        .selectFrom(table)
        .select('id')
        .where('sessionId', '=', chat.chatId)
        .execute()
      expect(rows, table).toEqual([])
    }
    expect(await findChat(db, chat)).toBeUndefined()
  }
})

test('guests who become members while their turns start, wait, stop and end lose nothing', async () => {
  const chats = await Promise.all(Array.from({ length: 20 }, () => arrangeBusyChat()))
  const member = await arrangeGuest(db)
  const accepted = await Promise.all(
    chats.flatMap(({ chat, running }) => [
      say(chat, 'second').catch(ignoreRefusal),
      say(chat, 'third').catch(ignoreRefusal),
      endWhatRuns(chat),
      requestStop(db, running),
      db
        .transaction()
        .execute((transaction) =>
          mergeGuest(transaction, { guestId: chat.userId, userId: member.id }),
        ),
      endWhatRuns(chat),
    ]),
  )
  for (const { chat } of chats) {
    const moved = { ...chat, userId: member.id }
    while (await isBusy(moved)) await endWhatRuns(moved)
    expect(await whatWaits(moved)).toEqual([])
  }
  for (const turn of accepted) {
    if (typeof turn !== 'object' || !('turnId' in turn)) continue
    const row = await findTurn(db, { userId: member.id, turnId: turn.turnId })
    expect(row?.state).toBe('completed')
  }
})

/** A chat whose first turn runs. */
async function arrangeBusyChat() {
  const user = await arrangeGuest(db)
  const parts = [{ type: 'text' as const, text: 'first' }]
  const running = await arrangeTurn(db, { userId: user.id, owner, parts })
  return { chat: { userId: user.id, chatId: running.chatId }, running }
}

/** Runs `act` while a turn's end is written but not committed, and commits that once `act` waits for it. */
async function duringTheEndOf<T>(turn: NewTurn, act: () => Promise<T>): Promise<T> {
  const ending = await db.startTransaction().execute()
  await finishTurn(ending, completed(turn))
  const acting = act()
  await eventually(async () => {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    `.execute(db)
    expect(rows).toHaveLength(1)
  })
  await ending.commit().execute()
  return acting
}

function completed({ turnId, chatId, userId }: Pick<NewTurn, 'turnId' | 'chatId' | 'userId'>) {
  return {
    turnId,
    chatId,
    userId,
    owner,
    epoch: 1,
    state: 'completed',
    finish: 'stop',
    answer: { messageId: newId(), parts: [{ type: 'text', text: 'yes' }], model: 'gpt-9' },
    nextOwner: owner,
    priceOf: () => NO_PRICE,
  } satisfies TurnEnding
}

function say(
  chat: { userId: string; chatId: string },
  text: string,
  turn: Partial<NewTurn> = {},
): Promise<NewTurn> {
  return arrangeTurn(db, { ...chat, owner, parts: [{ type: 'text', text }], ...turn })
}

/** Whether anybody will ever answer it or not. */
async function whatWaits(chat: { userId: string; chatId: string }): Promise<TurnRow[]> {
  return asUser(db, chat.userId)
    .selectFrom('turns')
    .selectAll()
    .where('userId', '=', chat.userId)
    .where('sessionId', '=', chat.chatId)
    .where('state', '=', 'waiting')
    .execute()
}

async function isBusy(chat: { userId: string; chatId: string }): Promise<boolean> {
  return (await findChat(db, chat))?.activeTurnId !== null
}

async function endWhatRuns(chat: { userId: string; chatId: string }): Promise<void> {
  const turnId = (await findChat(db, chat))?.activeTurnId
  if (turnId == null) return
  await db
    .transaction()
    .execute((transaction) => finishTurn(transaction, completed({ ...chat, turnId })))
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof TurnRefusedError && error.reason === 'chat-not-found')) throw error
}

async function textsOf(chat: { userId: string; chatId: string }): Promise<string[]> {
  return (await listMessages(db, { ...chat, limit: 100 })).messages.map(textOf)
}

function textOfWaiting({ waiting }: { waiting: { parts: readonly object[] | null } | null }) {
  return textOf({ parts: waiting?.parts ?? [] })
}

function textOf({ parts }: { parts: readonly object[] }): string {
  return parts.map((part) => ('text' in part ? part.text : '')).join('')
}
