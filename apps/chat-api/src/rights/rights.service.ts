import type { AccountDeletion, DataRequest, DataRequestKind } from '@brainlyx/chat-contract'
import {
  closeAccount,
  createDataRequest,
  findDataRequest,
  isLastAdministrator,
  listDataRequests,
  newId,
  peekDataRequest,
  withMissingPartition,
} from '@brainlyx/db'
import type { Database, DataRequestRow, Reads } from '@brainlyx/db'
import { ServiceError, currentTrace } from '@brainlyx/service-kit'
import { IMPORTS_FOLDER } from '@brainlyx/storage'
import type { FileStorage } from '@brainlyx/storage'
import type { Kysely, Transaction } from 'kysely'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Actor, AuditLog } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import type { Revocations } from '../identity/revocations.ts'
import { lockAdministration } from '../identity/user-administration.ts'
import type { LinkSigner, SignedLink } from './signed-link.ts'

/** A page that shows a link is made anew often enough. */
const DOWNLOAD_LINK_MS = 15 * 60 * 1000
const PROGRESS_LINK_MS = 24 * 60 * 60 * 1000

export interface RightsService {
  list(userId: string): Promise<DataRequest[]>
  /** @throws {ServiceError} 409 `data-request-under-way` */
  start(
    asker: Actor,
    kind: Exclude<DataRequestKind, 'account-deletion' | 'import'>,
  ): Promise<DataRequest>
  /**
   * Keeps an export that was sent, and has it imported.
   * @param path of a local file
   * @throws {ServiceError} 409 `data-request-under-way`
   */
  startImport(asker: Actor, path: string): Promise<DataRequest>
  /** @throws {ServiceError} 409 `data-request-under-way` */
  refuseWhileUnderWay(userId: string): Promise<void>
  /** @throws {ServiceError} 403 `link-not-valid`, 404 */
  openExport(
    asker: Actor,
    requestId: string,
    link: SignedLink,
  ): Promise<{ stream: Readable; sizeBytes: number; day: string }>
  /** Closes the account at once; the rest is deleted by a job. @throws {ServiceError} 404, 409 `last-administrator` */
  deleteAccount(asker: Actor): Promise<AccountDeletion>
  /** @throws {ServiceError} 403 `link-not-valid`, 404 */
  accountDeletion(requestId: string, link: SignedLink): Promise<AccountDeletion>
}

export function createRightsService(dependencies: {
  db: Kysely<Database>
  reads: Pick<Reads, 'forUser' | 'noteWrite'>
  storage: FileStorage
  links: LinkSigner
  revocations: Revocations
  audit: AuditLog
  /** Of the outbox, for the worker. */
  hintOutbox: () => void
}): RightsService {
  const { db, reads, storage, links, revocations, audit, hintOutbox } = dependencies

  const auditRequest = (
    transaction: Transaction<Database>,
    by: Actor,
    action: DataRequestKind,
  ): Promise<void> => audit.recordIn(transaction, { by, action, outcome: 'requested' })

  async function accept<T>(run: (transaction: Transaction<Database>) => Promise<T>): Promise<T> {
    const accepted = await withMissingPartition(db, () => db.transaction().execute(run))
    hintOutbox()
    return accepted
  }

  function toDataRequest(row: DataRequestRow): DataRequest {
    const { id, userId, kind, state, done, total, file, sizeBytes, expiresAt, problem } = row
    const isThere = kind === 'export' && file !== null && sizeBytes !== null && expiresAt !== null
    return {
      id,
      kind,
      state,
      done,
      total,
      createdAt: row.createdAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
      download: isThere
        ? {
            path: signedPath(
              `/api/v1/exports/${id}/file`,
              links.sign(exportSubject(id, userId ?? ''), DOWNLOAD_LINK_MS),
            ),
            sizeBytes: Number(sizeBytes),
            expiresAt: expiresAt.toISOString(),
          }
        : null,
      problem,
      detail: row.detail,
    }
  }

  function toAccountDeletion({ id, state, done, total }: DataRequestRow): AccountDeletion {
    const link = links.sign(deletionSubject(id), PROGRESS_LINK_MS)
    return { state, done, total, progressPath: signedPath(`/api/v1/account/deletion/${id}`, link) }
  }

  return {
    async list(userId) {
      const rows = await reads.forUser(userId, (from) => listDataRequests(from, { userId }))
      return rows.map(toDataRequest)
    },

    async start(asker, kind) {
      const { userId } = asker
      const traceparent = currentTrace()?.traceparent
      const row = await accept(async (transaction) => {
        const made = await createDataRequest(transaction, { userId, kind, traceparent })
        if (made !== undefined) await auditRequest(transaction, asker, kind)
        return made
      })
      if (row === undefined) throw underWay
      await reads.noteWrite(userId)
      return toDataRequest(row)
    },

    async startImport(asker, path) {
      const { userId } = asker
      const requestId = newId()
      const file = `${IMPORTS_FOLDER}/${requestId}/upload.zip`
      const sizeBytes = (await stat(path)).size
      await storage.putFile(file, path)
      const traceparent = currentTrace()?.traceparent
      const row = await accept(async (transaction) => {
        const made = await createDataRequest(transaction, {
          userId,
          kind: 'import',
          traceparent,
          upload: { requestId, file, sizeBytes },
        })
        if (made !== undefined) await auditRequest(transaction, asker, 'import')
        return made
      })
      if (row === undefined) {
        await storage.delete(file)
        throw underWay
      }
      await reads.noteWrite(userId)
      return toDataRequest(row)
    },

    async refuseWhileUnderWay(userId) {
      const rows = await listDataRequests(db, { userId })
      if (rows.some(({ state }) => state === 'waiting' || state === 'running')) throw underWay
    },

    async openExport(asker, requestId, link) {
      const { userId } = asker
      if (!links.verify(exportSubject(requestId, userId), link)) throw linkNotValid
      const row = await findDataRequest(db, { userId, requestId })
      if (row?.kind !== 'export' || row.file === null || row.sizeBytes === null) {
        throw notFound('export')
      }
      const stream = await storage.open(row.file)
      if (stream === undefined) throw notFound('export')
      await audit.record({ by: asker, action: 'export-download' })
      const day = row.createdAt.toISOString().slice(0, 10)
      return { stream, sizeBytes: Number(row.sizeBytes), day }
    },

    async deleteAccount(asker) {
      const { userId } = asker
      const traceparent = currentTrace()?.traceparent
      const row = await accept(async (transaction) => {
        if (asker.role === 'admin') await refuseLastAdministrator(transaction, userId)
        const closed = await closeAccount(transaction, { userId, traceparent })
        if (closed === undefined) return undefined
        await revocations.record(transaction, [{ userId }])
        await auditRequest(transaction, asker, 'account-deletion')
        return closed
      })
      if (row === undefined) throw notFound('account')
      await revocations.announce([{ userId }])
      return toAccountDeletion(row)
    },

    async accountDeletion(requestId, link) {
      if (!links.verify(deletionSubject(requestId), link)) throw linkNotValid
      const row = await peekDataRequest(db, requestId)
      if (row?.kind !== 'account-deletion') throw notFound('deletion')
      return toAccountDeletion(row)
    },
  }
}

/** @throws {ServiceError} 409: an installation that others use is not left without an administrator */
async function refuseLastAdministrator(
  transaction: Transaction<Database>,
  userId: string,
): Promise<void> {
  await lockAdministration(transaction)
  if (await isLastAdministrator(transaction, { userId })) throw lastAdministrator
}

const lastAdministrator = new ServiceError({
  code: 'last-administrator',
  status: 409,
  title: 'You are the only administrator.',
  detail: 'Make somebody else an administrator first.',
})

/** For its user only: whoever else has the link has nothing. */
function exportSubject(requestId: string, userId: string): string {
  return `export ${requestId} of ${userId}`
}

function deletionSubject(requestId: string): string {
  return `account deletion ${requestId}`
}

function signedPath(path: string, { expires, signature }: SignedLink): string {
  return `${path}?expires=${expires}&signature=${signature}`
}

const underWay = new ServiceError({
  code: 'data-request-under-way',
  status: 409,
  title: 'Another request for your data is under way.',
  detail: 'Wait until it has ended.',
  retryable: true,
  retryAfterMs: 5_000,
})

const linkNotValid = new ServiceError({
  code: 'link-not-valid',
  status: 403,
  title: 'This link is not valid, or not any more.',
  detail:
    'Open the page that showed it again; each link is good for a short time and for one person.',
})
