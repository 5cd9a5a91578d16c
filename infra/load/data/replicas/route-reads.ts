import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createUser, listChats, newId, startTurn } from '@brainlyx/db'
import { NO_PRICE } from '@brainlyx/db/testing'
import type { Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { atRate } from '../../capacity/at-rate.ts'
import { migrate } from '../../../local/services/migrate.mjs'
import { createRedisServer } from '../../chaos/cluster/redis-server.ts'
import { startServer } from '../server/start-server.ts'
import { openProcess } from './open-process.ts'
import type { Process } from './open-process.ts'

export interface RoutedReads {
  /** Reads by users all of whose writes were older than the replicas are behind. */
  readonly eligible: number
  readonly eligibleAtReplicas: number
  readonly others: number
  /** Reads that missed a chat whose beginning had been acknowledged to their user. */
  readonly stale: number
  /** The same, of as many reads that were sent to a replica without asking. */
  readonly staleWithoutRouting: number
}

const DELAY_MS = 5_000
const REPLICAS = 2
const USERS = 200
const READS_A_SECOND = 60
const WRITES_A_SECOND = 6
/** The chats of a user fit into one page. */
const PAGE = 100
const DATABASE = 'brainlyx'

interface Reader {
  readonly userId: string
  /** Acknowledged so far. */
  chats: number
  wroteAt: number
}

/**
 * Replicas that apply everything five seconds late. Users begin chats through one process and read the list of theirs
 * through another, at once and later.
 */
export async function routeReads(options: { seconds: number }): Promise<RoutedReads> {
  await using releases = new AsyncDisposableStack()
  const data = await startServer(releases, { settings: {} })
  const url = data.login('brainlyx_app', DATABASE)
  await migrate({ owner: data.login('brainlyx_owner', DATABASE), app: url })
  const redis = await createRedisServer(releases, {
    folder: join(data.folder, 'redis'),
    logFolder: data.folder,
  })
  await redis.start()
  const replicaUrls: string[] = []
  for (let number = 1; number <= REPLICAS; number++) {
    const replica = await data.server.startStandby(join(data.folder, `replica-${number}`), {
      recovery_min_apply_delay: DELAY_MS,
    })
    replicaUrls.push(url.replace(`:${data.server.port}/`, `:${replica.port}/`))
  }
  const open = (): Promise<Process> => openProcess(releases, { url, replicaUrls, redis })
  const [writing, reading] = [await open(), await open()]
  const readers = await Promise.all(
    Array.from({ length: USERS }, async (): Promise<Reader> => {
      const { id: userId } = await writing.databases.primary
        .transaction()
        .execute((transaction) => createUser(transaction, { kind: 'guest', authUserId: newId() }))
      return { userId, chats: 0, wroteAt: -Infinity }
    }),
  )
  // What everybody has at the beginning is old enough to be anywhere.
  await sleep(DELAY_MS + 2_000)

  const counted = {
    eligible: 0,
    eligibleAtReplicas: 0,
    others: 0,
    stale: 0,
    staleWithoutRouting: 0,
  }
  const read = async (reader: Reader): Promise<void> => {
    const known = reader.chats
    const isEligible = performance.now() - reader.wroteAt > DELAY_MS
    let servedBy: Kysely<Database> | undefined
    const seen = await reading.reads.forUser(reader.userId, (db) => {
      servedBy = db
      return countChats(db, reader)
    })
    if (seen < known) counted.stale++
    if (!isEligible) counted.others++
    else {
      counted.eligible++
      if (servedBy !== reading.databases.primary) counted.eligibleAtReplicas++
    }
    if ((await countChats(reading.anyReplica, reader)) < known) counted.staleWithoutRouting++
  }
  const write = async (reader: Reader): Promise<void> => {
    await beginChat(writing.databases.primary, reader.userId)
    await writing.reads.noteWrite(reader.userId)
    reader.chats++
    reader.wroteAt = performance.now()
    await read(reader)
  }
  const endAt = performance.now() + options.seconds * 1_000
  const anyone = (): Reader => readers[Math.floor(Math.random() * readers.length)] as Reader
  await Promise.all([
    atRate({ perSecond: READS_A_SECOND, endAt }, () => read(anyone())),
    atRate({ perSecond: WRITES_A_SECOND, endAt }, () => write(anyone())),
  ])
  return counted
}

async function countChats(db: Kysely<Database>, { userId }: Reader): Promise<number> {
  return (await listChats(db, { userId, limit: PAGE })).chats.length
}

async function beginChat(db: Kysely<Database>, userId: string): Promise<void> {
  await startTurn(db, {
    turnId: newId(),
    userId,
    chatId: newId(),
    newChat: true,
    owner: 'bench',
    requestHash: Buffer.alloc(32),
    userMessageId: newId(),
    parts: [{ type: 'text', text: 'Will I see this at once?' }],
    model: 'auto',
    price: NO_PRICE,
  })
}
