import { createHash } from 'node:crypto'
import {
  findChat,
  finishTurn,
  listAttempts,
  listChats,
  listMessages,
  newId,
  searchMessages,
  searchTitles,
  startTurn,
} from '@brainlyx/db'
import type { Database, SearchTerm } from '@brainlyx/db'
import { NO_PRICE } from '@brainlyx/db/testing'
import type { Kysely, Transaction } from 'kysely'
import { PAGE } from './places.ts'
import type { Place, Places } from './places.ts'
import { listLatestMessages, sumUsage } from './queries-to-come.ts'

export interface Operation {
  readonly name: string
  readonly at: keyof Places
  /** How many times what it costs in the smallest database it may cost in the largest. */
  readonly mostGrowth?: number
  run(db: Kysely<Database>, place: Place): Promise<unknown>
}

/** The contract's default, of chats. */
const CHATS_PAGE = 40
const HITS = 20
const SAME = 1.2
const SEARCH = 3
const OWNER = 'bench'

export const OPERATIONS: readonly Operation[] = [
  { name: 'opening a chat', at: 'chats', mostGrowth: SAME, run: openChat },
  { name: 'opening a long chat', at: 'long', mostGrowth: SAME, run: openChat },
  { name: 'opening a chat of 20,000 messages', at: 'longest', mostGrowth: SAME, run: openChat },
  { name: 'paging back', at: 'long', mostGrowth: SAME, run: pageBack },
  {
    name: 'paging back in a chat of 20,000 messages',
    at: 'longest',
    mostGrowth: SAME,
    run: pageBack,
  },
  { name: 'paging forward', at: 'long', mostGrowth: SAME, run: pageForward },
  {
    name: 'paging forward in a chat of 20,000 messages',
    at: 'longest',
    mostGrowth: SAME,
    run: pageForward,
  },
  { name: 'paging back in a branched chat', at: 'branched', mostGrowth: SAME, run: pageBack },
  { name: 'paging forward in a branched chat', at: 'branched', mostGrowth: SAME, run: pageForward },
  { name: 'start and end of a turn', at: 'chats', mostGrowth: SAME, run: takeTurn },
  {
    name: 'list of chats',
    at: 'chats',
    run: (db, { userId }) => listChats(db, { userId, limit: CHATS_PAGE }),
  },
  {
    name: 'latest fifty messages of a user',
    at: 'chats',
    run: (db, { userId }) => listLatestMessages(db, { userId, limit: 50 }),
  },
  {
    name: 'usage of a turn',
    at: 'chats',
    run: (db, { userId, turnId }) => listAttempts(db, { userId, turnId }),
  },
  { name: 'search of messages', at: 'chats', mostGrowth: SEARCH, run: search },
  {
    name: 'search of titles',
    at: 'chats',
    mostGrowth: SEARCH,
    run: (db, { userId, word }) =>
      searchTitles(db, { userId, terms: [termOf(word)], until: new Date(), limit: HITS }),
  },
  { name: 'usage of a month', at: 'chats', run: (db, { userId }) => sumUsage(db, { userId }) },
]

async function openChat(db: Kysely<Database>, { userId, chatId }: Place): Promise<void> {
  await findChat(db, { userId, chatId })
  await listMessages(db, { userId, chatId, limit: PAGE })
}

async function pageBack(db: Kysely<Database>, place: Place): Promise<void> {
  const { userId, chatId } = place
  await listMessages(db, { userId, chatId, limit: PAGE, before: cursorOf(place) })
}

async function pageForward(db: Kysely<Database>, place: Place): Promise<void> {
  const { userId, chatId } = place
  await listMessages(db, { userId, chatId, limit: PAGE, from: cursorOf(place) })
}

function cursorOf({ chatId, before }: Place): string {
  if (before === null) throw new Error(`${chatId} has no earlier page`)
  return before
}

/** For a word that one of the user's messages has. */
async function search(db: Kysely<Database>, { userId, word }: Place): Promise<void> {
  const { hits, nextPlace } = await searchMessages(db, {
    userId,
    terms: [termOf(word)],
    withFile: false,
    place: { until: new Date() },
    limit: HITS,
  })
  if (hits.length === 0 && nextPlace === null) throw new Error(`${userId} has no «${word}»`)
}

function termOf(text: string): SearchTerm {
  return { text, exact: false, prefix: false, excluded: false }
}

/** One after another in the same chat, which is free in between. */
async function takeTurn(db: Kysely<Database>, { userId, chatId }: Place): Promise<void> {
  const turn = { userId, chatId, turnId: newId(), owner: OWNER }
  await startTurn(db, {
    ...turn,
    newChat: false,
    requestHash: HASH,
    userMessageId: newId(),
    parts: [{ type: 'text', text: 'What does the next page of this book say?' }],
    model: 'auto',
    price: NO_PRICE,
  })
  await inTransaction(db, (transaction) =>
    finishTurn(transaction, {
      ...turn,
      epoch: 1,
      state: 'completed',
      finish: 'stop',
      answer: { messageId: newId(), parts: ANSWER, model: 'gpt-9' },
      nextOwner: null,
      priceOf: () => NO_PRICE,
    }),
  )
}

/** Transactions do not nest. */
async function inTransaction<T>(
  db: Kysely<Database>,
  work: (transaction: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return db.isTransaction ? work(db as Transaction<Database>) : db.transaction().execute(work)
}

const HASH = createHash('sha256').update('bench').digest()
const ANSWER = [{ type: 'text' as const, text: 'It says that all is well. '.repeat(12) }]
