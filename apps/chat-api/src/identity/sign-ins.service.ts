import { deleteSignIns, listSignIns, withMissingPartition } from '@brainlyx/db'
import type { Database, SignInRow } from '@brainlyx/db'
import type { Kysely, Transaction } from 'kysely'
import type { Actor, AuditLog } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import type { Cut, Revocations } from './revocations.ts'

/**
 * A user's sign-ins. What ends one cuts its tokens and streams on every replica within five seconds, in one transaction
 * with its audit entry.
 */
export interface SignInsService {
  list(userId: string): Promise<SignInRow[]>
  /** Ends it, whether or not it has ended already. */
  signOut(owner: Actor, signInId: string): Promise<void>
  /** @throws {ServiceError} 404 `sign-in-not-found` */
  end(owner: Actor, signInId: string): Promise<void>
  /**
   * All but one: where a password was changed, or an old computer is forgotten.
   * @param kept null: none stays
   * @returns how many have ended
   */
  endOthers(owner: Actor, kept: string | null): Promise<number>
}

export function createSignInsService(options: {
  db: Kysely<Database>
  revocations: Revocations
  audit: AuditLog
}): SignInsService {
  const { db, revocations, audit } = options

  async function end(by: Actor, which: { signInId?: string; except?: string }): Promise<number> {
    const { userId } = by
    const run = async (transaction: Transaction<Database>): Promise<Cut[]> => {
      const ended = await deleteSignIns(transaction, { userId, ...which })
      if (ended.length === 0) return []
      const found = ended.map((signInId) => ({ signInId }))
      await revocations.record(transaction, found)
      const details = { count: ended.length }
      await audit.recordIn(transaction, { by, action: 'sign-in-end', details })
      return found
    }
    const cuts = await withMissingPartition(db, () => db.transaction().execute(run))
    if (cuts.length > 0) await revocations.announce(cuts)
    return cuts.length
  }

  return {
    list: (userId) => listSignIns(db, userId),
    signOut: async (owner, signInId) => void (await end(owner, { signInId })),
    async end(owner, signInId) {
      if ((await end(owner, { signInId })) === 0) throw notFound('sign-in')
    },
    endOthers: (owner, kept) => end(owner, kept === null ? {} : { except: kept }),
  }
}
