import {
  announceAttempt,
  findChat,
  finishTurn,
  listAttempts,
  listChats,
  listMessages,
  newId,
  settleAttempt,
  startTurn,
} from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { NO_PRICE } from '@brainlyx/db/testing'
import type { Kysely } from 'kysely'
import { PAGE } from '../measure/places.ts'
import type { Place, Places } from '../measure/places.ts'
import { listLatestMessages } from '../measure/queries-to-come.ts'

/** One function of the database package, called once. */
export interface Call {
  readonly name: string
  run(db: Kysely<Database>, places: Places): Promise<unknown>
}

/** What people do while they wait for no answer, each with its share of all reads. */
export const READS: readonly [Call & { share: number }, ...(Call & { share: number })[]] = [
  {
    name: 'a chat',
    share: 0.25,
    run: (db, { chats }) => findChat(db, pickOf(chats)),
  },
  {
    name: 'its last page',
    share: 0.25,
    run(db, { chats }) {
      const { userId, chatId } = pickOf(chats)
      return listMessages(db, { userId, chatId, limit: PAGE })
    },
  },
  {
    name: 'an earlier page',
    share: 0.15,
    run(db, { long }) {
      const { userId, chatId, before } = pickOf(long)
      return listMessages(db, { userId, chatId, limit: PAGE, ...(before !== null && { before }) })
    },
  },
  {
    name: 'the list of chats',
    share: 0.2,
    run: (db, { chats }) => listChats(db, { userId: pickOf(chats).userId, limit: 40 }),
  },
  {
    name: 'the latest fifty messages',
    share: 0.1,
    run: (db, { chats }) => listLatestMessages(db, { userId: pickOf(chats).userId, limit: 50 }),
  },
  { name: 'usage of a turn', share: 0.05, run: (db, { chats }) => listAttempts(db, pickOf(chats)) },
]

const OWNER = 'bench'
const DEPLOYMENT = { deployment: 'openai/gpt-9', provider: 'openai', model: 'gpt-9' }
const EPOCH = 1

interface RunningTurn {
  readonly turn: { turnId: string; userId: string; chatId: string; owner: string }
  readonly attemptId: string
  readonly place: Place
}

/**
 * Turns from their start over their only attempt to their end, one step a call; each chat has one at a time, as each
 * step must have ended before the next begins.
 * @returns what gives the next write to do
 */
export function createTurnTaker(places: readonly Place[]): () => Call {
  const free = [...places]
  const toAnnounce: RunningTurn[] = []
  const toSettle: RunningTurn[] = []
  const toFinish: RunningTurn[] = []

  const step = (
    name: string,
    from: RunningTurn[],
    write: (db: Kysely<Database>, running: RunningTurn) => Promise<unknown>,
    then: (running: RunningTurn) => void,
  ): Call | undefined => {
    const running = from.shift()
    if (running === undefined) return undefined
    return {
      name,
      async run(db) {
        await write(db, running)
        then(running)
      },
    }
  }
  return () =>
    step('end of a turn', toFinish, finish, ({ place }) => free.push(place)) ??
    step('attempt settled', toSettle, settle, (running) => toFinish.push(running)) ??
    step('attempt announced', toAnnounce, announce, (running) => toSettle.push(running)) ?? {
      name: 'start of a turn',
      async run(db) {
        toAnnounce.push(await start(db, free.shift()))
      },
    }
}

async function start(db: Kysely<Database>, place: Place | undefined): Promise<RunningTurn> {
  if (place === undefined) throw new Error('every chat is busy')
  const { userId, chatId } = place
  const turn = { turnId: newId(), userId, chatId, owner: OWNER }
  await startTurn(db, {
    ...turn,
    newChat: false,
    requestHash: Buffer.alloc(32),
    userMessageId: newId(),
    parts: [{ type: 'text', text: 'And what comes after that?' }],
    model: 'auto',
    price: NO_PRICE,
  })
  return { turn, attemptId: newId(), place }
}

async function announce(db: Kysely<Database>, { turn, attemptId }: RunningTurn): Promise<void> {
  await announceAttempt(db, { ...DEPLOYMENT, ...turn, attemptId, epoch: EPOCH })
}

async function settle(db: Kysely<Database>, { turn, attemptId }: RunningTurn): Promise<void> {
  await settleAttempt(db, {
    ...turn,
    attemptId,
    epoch: EPOCH,
    outcome: 'completed',
    rawFinish: 'stop',
    usage: {
      inputTokens: 40,
      outputTokens: 120,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      estimated: false,
    },
    costPicoUsd: 1_000_000n,
    timeToFirstTokenMs: 200,
    durationMs: 900,
    error: null,
  })
}

async function finish(db: Kysely<Database>, { turn }: RunningTurn): Promise<void> {
  await db.transaction().execute((transaction) =>
    finishTurn(transaction, {
      ...turn,
      epoch: EPOCH,
      state: 'completed',
      finish: 'stop',
      answer: { messageId: newId(), parts: ANSWER, model: DEPLOYMENT.model },
      nextOwner: null,
      priceOf: () => NO_PRICE,
    }),
  )
}

const ANSWER = [{ type: 'text' as const, text: 'Nothing that would surprise anybody. '.repeat(9) }]

function pickOf(places: readonly Place[]): Place {
  const place = places[Math.floor(Math.random() * places.length)]
  if (place === undefined) throw new Error('the database has no such chat')
  return place
}
