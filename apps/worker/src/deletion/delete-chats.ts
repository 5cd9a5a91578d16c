import { deleteChat, deleteExports, deleteMessages, listChatIds } from '@brainlyx/db'
import type { Database, Reads } from '@brainlyx/db'
import type { FileStorage } from '@brainlyx/storage'
import { stopChannel } from '@brainlyx/turn-engine'
import type { TurnEngine, TurnLog } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'

const CHAT_PAGE_SIZE = 100

export interface DeletionDependencies {
  readonly db: Kysely<Database>
  readonly reads: Pick<Reads, 'noteWrite'>
  readonly log: TurnLog
  readonly engine: Pick<TurnEngine, 'stop'>
  /** For hints to those who run turns elsewhere. */
  readonly redis: Pick<Redis, 'publish'>
  readonly storage: FileStorage
}

/** What cannot be deleted now can be later. */
class RedisAway extends Error {
  constructor() {
    super('the logs of turns could not be deleted: Redis is away')
  }
}

/**
 * Deletes the user's chats one after the other: what runs in one is stopped first, its logs go with its turns, and its
 * messages follow in batches, which nothing leads to any more by then.
 * @param options.createdBefore later ones stay
 * @param options.onChat after each chat; throws to give up
 */
export async function deleteChats(
  dependencies: DeletionDependencies,
  options: { userId: string; createdBefore?: Date; onChat: (done: number) => Promise<void> },
): Promise<void> {
  const { db } = dependencies
  const { userId, createdBefore, onChat } = options
  let done = 0
  let ids: string[]
  do {
    ids = await listChatIds(db, {
      userId,
      limit: CHAT_PAGE_SIZE,
      ...(createdBefore === undefined ? {} : { createdBefore }),
    })
    for (const chatId of ids) {
      await deleteOne(dependencies, { userId, chatId })
      await onChat(++done)
    }
  } while (ids.length > 0)
}

async function deleteOne(
  { db, log, engine, redis }: DeletionDependencies,
  chat: { userId: string; chatId: string },
): Promise<void> {
  const deleted = await db.transaction().execute(async (transaction) => {
    const found = await deleteChat(transaction, chat, { keepMessages: true })
    // Before the commit: after it nobody would know which logs there are.
    for (const turnId of found?.loggedTurnIds ?? []) {
      if ((await log.bury(turnId)) === 'unavailable') throw new RedisAway()
    }
    return found
  })
  const running = deleted?.running
  if (running !== undefined) {
    engine.stop(running.id)
    // A lost hint costs little: the owner's next frame is refused by the log.
    if (running.owner !== null) {
      await redis.publish(stopChannel(running.owner), running.id).catch(() => 0)
    }
  }
  await deleteMessages(db, chat)
}

/** Deletes the user's exports and imports, made or being made, with their files. */
export async function deleteExportFiles(
  { db, storage }: DeletionDependencies,
  { userId }: { userId: string },
): Promise<void> {
  // Should this fail, housekeeping finds a file without a request.
  for (const file of await deleteExports(db, { userId })) await storage.delete(file)
}
