import {
  beginDataRequest,
  countChats,
  deleteLeftovers,
  deleteOutboxOf,
  forgetFailures,
  disownAttempts,
  forgetUser,
  isStillReferenced,
  listOwnUserIds,
  recordAudit,
  reportProgress,
} from '@brainlyx/db'
import type { Pseudonymizer } from '@brainlyx/db'
import type { JobHandler, JobProducer } from '@brainlyx/jobs'
import { currentTrace } from '@brainlyx/service-kit'
import { deleteChats, deleteExportFiles } from './delete-chats.ts'
import type { DeletionDependencies } from './delete-chats.ts'

/** How long it is shown that the account was deleted; whose it was is not known any more. */
const KEEP_MS = 24 * 60 * 60 * 1000

export interface AccountDeletionDependencies extends DeletionDependencies {
  readonly producer: Pick<JobProducer, 'forgetUsers'>
  readonly pseudonymOf: Pseudonymizer
}

/**
 * Deletes what is left of an account that was closed: chats, exports, messages to jobs, the jobs themselves, and in the
 * end the user. Each step finds what an attempt before it has left.
 */
export function createAccountDeletionJob(
  dependencies: AccountDeletionDependencies,
): JobHandler<'account-deletion'> {
  const { db, producer, pseudonymOf } = dependencies
  return async ({ payload: { requestId } }) => {
    const request = await beginDataRequest(db, requestId)
    if (request === undefined || request.userId === null) return
    const { userId, done: doneBefore } = request
    const total = doneBefore + (await countChats(db, { userId }))
    const report = async (done: number): Promise<void> => {
      const shown = { done: doneBefore + done, total: Math.max(total, doneBefore + done) }
      if (!(await reportProgress(db, { requestId, userId, ...shown }))) {
        throw new Error('the request has gone')
      }
    }
    await report(0)
    await deleteExportFiles(dependencies, { userId })
    await deleteChats(dependencies, { userId, onChat: report })
    await deleteLeftovers(db, { userId })
    await disownAttempts(db, { userId })

    const userIds = await listOwnUserIds(db, { userId })
    await deleteOutboxOf(db, { userIds })
    await forgetFailures(db, userIds.map(pseudonymOf))
    // After the outbox, which would make new ones.
    const running = await producer.forgetUsers(new Set(userIds))
    if (running > 0) throw new Error('jobs of the account are still running')
    await finish(requestId, userId, total)
  }

  async function finish(requestId: string, userId: string, chats: number): Promise<void> {
    try {
      await db.transaction().execute(async (transaction) => {
        const account = { userId, requestId, keepMs: KEEP_MS }
        if (!(await forgetUser(transaction, account))) throw new Error('a chat began meanwhile')
        await recordAudit(transaction, {
          actorKind: 'service',
          actor: null,
          subject: pseudonymOf(userId),
          action: 'account-deletion',
          outcome: 'completed',
          details: { chats },
          traceId: currentTrace()?.traceId,
        })
      })
    } catch (error) {
      if (!isStillReferenced(error)) throw error
      throw new Error('something began for the account meanwhile', { cause: error })
    }
  }
}
