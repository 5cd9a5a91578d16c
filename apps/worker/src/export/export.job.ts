import {
  beginDataRequest,
  completeDataRequest,
  countChats,
  failDataRequest,
  recordAudit,
  reportProgress,
} from '@brainlyx/db'
import type { Database, Pseudonymizer, Reads } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import { currentTrace } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import { EXPORTS_FOLDER } from '@brainlyx/storage'
import type { FileStorage } from '@brainlyx/storage'
import type { Kysely } from 'kysely'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeExport } from './write-export.ts'

/** How long an export can be fetched. */
const KEEP_EXPORT_MS = 7 * 24 * 60 * 60 * 1000

export interface ExportJobDependencies {
  db: Kysely<Database>
  reads: Pick<Reads, 'noteWrite'>
  storage: FileStorage
  logger: Logger
  pseudonymOf: Pseudonymizer
  now: () => Date
  /** Aborts when the process stops; the job is then done by another. */
  stopping: AbortSignal
}

/** The request has gone, or is another user's by now. */
class RequestGone extends Error {}

/**
 * Writes an export, puts it into storage and then says that it is there. Run twice at once each writes its own file, and
 * the one who says so second takes its own away again; so does one whose request was deleted meanwhile.
 */
export function createExportJob(dependencies: ExportJobDependencies): JobHandler<'export'> {
  const { db, reads, storage, logger, pseudonymOf, now, stopping } = dependencies

  async function run(requestId: string, userId: string): Promise<void> {
    const total = await countChats(db, { userId })
    const report = async (done: number): Promise<void> => {
      stopping.throwIfAborted()
      const wanted = await reportProgress(db, {
        requestId,
        userId,
        done,
        total: Math.max(total, done),
      })
      if (!wanted) throw new RequestGone()
    }
    await report(0)
    const folder = await mkdtemp(join(tmpdir(), 'brainlyx-export-'))
    try {
      const path = join(folder, 'export.zip')
      await writeExport({ db, userId, path, now: now(), onChat: report })
      const file = `${EXPORTS_FOLDER}/${requestId}/${randomUUID()}.zip`
      await storage.putFile(file, path)
      const sizeBytes = (await stat(path)).size
      if (await tellCompleted({ requestId, userId, file, sizeBytes })) {
        await reads.noteWrite(userId)
        return
      }
      await storage.delete(file)
      throw new RequestGone()
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async function tellCompleted(end: {
    requestId: string
    userId: string
    file: string
    sizeBytes: number
  }): Promise<boolean> {
    const { requestId, userId, file, sizeBytes } = end
    return db.transaction().execute(async (transaction) => {
      const result = { file, sizeBytes }
      const ending = { requestId, userId, result, keepMs: KEEP_EXPORT_MS }
      const isOurs = await completeDataRequest(transaction, ending)
      if (isOurs) {
        await recordAudit(transaction, {
          actorKind: 'service',
          actor: null,
          subject: pseudonymOf(userId),
          action: 'export',
          outcome: 'completed',
          details: { sizeBytes },
          traceId: currentTrace()?.traceId,
        })
      }
      return isOurs
    })
  }

  return async ({ payload: { requestId }, isLastAttempt }) => {
    const request = await beginDataRequest(db, requestId)
    if (request === undefined || request.userId === null) return
    const { userId } = request
    try {
      await run(requestId, userId)
    } catch (error) {
      if (error instanceof RequestGone) {
        // A guest has signed in meanwhile: all is theirs by now, and is exported from the beginning.
        const again = await beginDataRequest(db, requestId)
        if (again === undefined) return
        throw new Error('the export belongs to another user by now', { cause: error })
      }
      if (isLastAttempt && !stopping.aborted) {
        logger.error({ err: error, requestId }, 'an export failed for good')
        await failDataRequest(db, { requestId, problem: 'export-failed', keepMs: KEEP_EXPORT_MS })
        await reads.noteWrite(userId)
      }
      throw error
    }
  }
}
