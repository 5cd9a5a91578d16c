import {
  beginDataRequest,
  completeDataRequest,
  ensurePartitionFor,
  failDataRequest,
  hasChat,
  insertImportedChat,
  insertImportedMessages,
  recordAudit,
  reportProgress,
  timestampOf,
} from '@brainlyx/db'
import type { Database, Pseudonymizer, Reads } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import { currentTrace } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import type { FileStorage } from '@brainlyx/storage'
import type { Kysely } from 'kysely'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ImportProblem } from './import-problem.ts'
import { openExport } from './read-export.ts'
import type { ChatReader, ExportReader } from './read-export.ts'

/** How long it is shown how an import ended. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000

export interface ImportJobDependencies {
  db: Kysely<Database>
  reads: Pick<Reads, 'noteWrite'>
  storage: FileStorage
  logger: Logger
  pseudonymOf: Pseudonymizer
  /** Aborts when the process stops; the job is then done by another. */
  stopping: AbortSignal
}

/** The request has gone, or is another user's by now. */
class RequestGone extends Error {}

/**
 * Imports an export of ours. All of it is checked before anything is written. Every id is derived from the user's and the
 * original one, so that the same chat imported again, or by two jobs at once, is there once.
 */
export function createImportJob(dependencies: ImportJobDependencies): JobHandler<'import'> {
  const { db, reads, storage, logger, stopping, pseudonymOf } = dependencies

  async function run(requestId: string, userId: string, file: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'brainlyx-import-'))
    let reader: ExportReader | undefined
    try {
      const path = join(folder, 'import.zip')
      const upload = await storage.open(file)
      if (upload === undefined) throw new RequestGone()
      await pipeline(upload, createWriteStream(path, { mode: 0o600 }))
      reader = await openExport(path)
      const total = await countChats(reader)
      const report = async (done: number): Promise<void> => {
        stopping.throwIfAborted()
        if (!(await reportProgress(db, { requestId, userId, done, total }))) throw new RequestGone()
      }
      await report(0)
      const months = new Set<string>()
      let done = 0
      for await (const chat of reader.chats()) {
        await importChat(userId, chat, months)
        await report(++done)
      }
      await complete(requestId, userId, total)
    } finally {
      reader?.close()
      await rm(folder, { recursive: true, force: true })
    }
  }

  /** Reads, and so checks, everything. */
  async function countChats(reader: ExportReader): Promise<number> {
    let count = 0
    for await (const { messages } of reader.chats()) {
      for await (const _ of messages) stopping.throwIfAborted()
      count++
    }
    return count
  }

  async function importChat(
    userId: string,
    { chat, messages }: ChatReader,
    months: Set<string>,
  ): Promise<void> {
    if (await hasChat(db, { userId, chatId: chat.id })) return
    for await (const batch of messages) {
      for (const { id } of batch) await ensureMonth(timestampOf(id), months)
      const written = { userId, chatId: chat.id, messages: batch }
      if (!(await insertImportedMessages(db, written))) throw new RequestGone()
    }
    const now = new Date()
    const updatedAt = chat.updatedAt < now ? chat.updatedAt : now
    if (!(await insertImportedChat(db, { userId, chat: { ...chat, updatedAt } }))) {
      throw new RequestGone()
    }
  }

  /** @param months those that are known to have a partition */
  async function ensureMonth(time: Date, months: Set<string>): Promise<void> {
    const month = time.toISOString().slice(0, 7)
    if (months.has(month)) return
    await ensurePartitionFor(db, time)
    months.add(month)
  }

  async function complete(requestId: string, userId: string, chats: number): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      const ending = { requestId, userId, keepMs: KEEP_MS }
      if (!(await completeDataRequest(transaction, ending))) throw new RequestGone()
      await recordAudit(transaction, {
        actorKind: 'service',
        actor: null,
        subject: pseudonymOf(userId),
        action: 'import',
        outcome: 'completed',
        details: { chats },
        traceId: currentTrace()?.traceId,
      })
    })
  }

  return async ({ payload: { requestId }, isLastAttempt }) => {
    const request = await beginDataRequest(db, requestId)
    if (request === undefined || request.userId === null || request.file === null) return
    const { userId, file } = request
    try {
      await run(requestId, userId, file)
    } catch (error) {
      if (error instanceof RequestGone) {
        // A guest has signed in meanwhile, and all goes to the account, from the beginning.
        const again = await beginDataRequest(db, requestId)
        if (again === undefined) return
        throw new Error('the import belongs to another user by now', { cause: error })
      }
      const isTheFile = error instanceof ImportProblem
      if (!isTheFile && (!isLastAttempt || stopping.aborted)) throw error
      logger.warn({ err: error, requestId }, 'an import failed for good')
      const [problem, detail] = isTheFile ? [error.code, error.message] : ['import-failed', null]
      await failDataRequest(db, { requestId, problem, detail, keepMs: KEEP_MS })
    }
    await reads.noteWrite(userId)
    await storage.delete(file)
  }
}
