import {
  beginDataRequest,
  completeDataRequest,
  countChats,
  deleteLeftovers,
  recordAudit,
  reportProgress,
} from '@brainlyx/db'
import type { Pseudonymizer } from '@brainlyx/db'
import type { JobHandler } from '@brainlyx/jobs'
import { currentTrace } from '@brainlyx/service-kit'
import { deleteChats, deleteExportFiles } from './delete-chats.ts'
import type { DeletionDependencies } from './delete-chats.ts'

/** How long it is shown that the chats were deleted. */
const KEEP_MS = 24 * 60 * 60 * 1000

/** Deletes all chats that a user had when asking for it, and the exports that tell of them. */
export function createChatsDeletionJob(
  dependencies: DeletionDependencies & { pseudonymOf: Pseudonymizer },
): JobHandler<'chats-deletion'> {
  const { db, reads, pseudonymOf } = dependencies
  return async ({ payload: { requestId } }) => {
    const request = await beginDataRequest(db, requestId)
    if (request === undefined || request.userId === null) return
    const { userId, createdAt: createdBefore, done: doneBefore } = request
    const total = doneBefore + (await countChats(db, { userId, createdBefore }))
    const report = async (done: number): Promise<void> => {
      const progress = { requestId, userId, done: doneBefore + done, total }
      // The next attempt finds whom the chats belong to by now, or that nobody asks any more.
      if (!(await reportProgress(db, progress))) throw new Error('the request has gone')
    }
    await report(0)
    await deleteExportFiles(dependencies, { userId })
    await deleteChats(dependencies, { userId, createdBefore, onChat: report })
    await deleteLeftovers(db, { userId })
    await db.transaction().execute(async (transaction) => {
      const ending = { requestId, userId, keepMs: KEEP_MS }
      if (!(await completeDataRequest(transaction, ending))) return
      await recordAudit(transaction, {
        actorKind: 'service',
        actor: null,
        subject: pseudonymOf(userId),
        action: 'chats-deletion',
        outcome: 'completed',
        details: { chats: total },
        traceId: currentTrace()?.traceId,
      })
    })
    await reads.noteWrite(userId)
  }
}
