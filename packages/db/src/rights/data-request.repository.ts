import type { DataRequestKind } from '@brainlyx/chat-contract'
import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { DataRequestRow } from '../tables/data-requests.ts'
import type { Database } from '../tables/database.ts'

/** How many requests of a user are shown. */
const LIST_LIMIT = 20

export interface NewDataRequest {
  userId: string
  /** Also the name of the job that carries it out; the request's id is all that it is told. */
  kind: DataRequestKind
  traceparent?: string | undefined
  /** An import's: its own id, since the file was kept first, and where. */
  upload?: { requestId: string; file: string; sizeBytes: number }
}

/**
 * Writes down what a user asks for, and what carries it out, in one transaction. One at a time: the lock on the user
 * makes that certain.
 * @returns undefined where another one is under way, or the account is being deleted
 */
export async function createDataRequest(
  db: Transaction<Database>,
  request: NewDataRequest,
): Promise<DataRequestRow | undefined> {
  const { userId } = request
  const transaction = asUser(db, userId)
  const user = await transaction
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('deletingAt', 'is', null)
    .where('mergedInto', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (user === undefined) return undefined
  const underWay = await transaction
    .selectFrom('dataRequests')
    .select('id')
    .where('userId', '=', userId)
    .where('state', 'in', ['waiting', 'running'])
    .executeTakeFirst()
  if (underWay !== undefined) return undefined
  return insertDataRequest(transaction, request)
}

/** The same, whatever else is under way. */
export async function insertDataRequest(
  db: Transaction<Database>,
  { userId, kind, traceparent, upload }: NewDataRequest,
): Promise<DataRequestRow> {
  const transaction = asUser(db, userId)
  const id = upload?.requestId ?? newId()
  const row = await transaction
    .insertInto('dataRequests')
    .values({
      id,
      createdAt: timestampOf(id),
      userId,
      kind,
      state: 'waiting',
      file: upload?.file ?? null,
      sizeBytes: upload === undefined ? null : BigInt(upload.sizeBytes),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await addToOutbox(transaction, [{ topic: kind, payload: { requestId: id }, traceparent }], userId)
  return row
}

/** The newest first. */
export async function listDataRequests(
  db: Kysely<Database>,
  { userId }: { userId: string },
): Promise<DataRequestRow[]> {
  return asUser(db, userId)
    .selectFrom('dataRequests')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('id', 'desc')
    .limit(LIST_LIMIT)
    .execute()
}

export async function findDataRequest(
  db: Kysely<Database>,
  request: { userId: string; requestId: string },
): Promise<DataRequestRow | undefined> {
  return asUser(db, request.userId)
    .selectFrom('dataRequests')
    .selectAll()
    .where('id', '=', request.requestId)
    .where('userId', '=', request.userId)
    .executeTakeFirst()
}

// A job knows a request by its id alone, so that no queue holds a user's: what does not name a user is a system query.

/** A job begins, or begins again: what an attempt before it counted is forgotten. @returns undefined where there is nothing to do */
export async function beginDataRequest(
  db: Kysely<Database>,
  requestId: string,
): Promise<DataRequestRow | undefined> {
  return asSystem(db, 'run-data-request')
    .updateTable('dataRequests')
    .set({ state: 'running', updatedAt: sql<Date>`now()` })
    .where('id', '=', requestId)
    .where('state', 'in', ['waiting', 'running'])
    .returningAll()
    .executeTakeFirst()
}

export async function peekDataRequest(
  db: Kysely<Database>,
  requestId: string,
): Promise<DataRequestRow | undefined> {
  return asSystem(db, 'peek-data-request')
    .selectFrom('dataRequests')
    .selectAll()
    .where('id', '=', requestId)
    .executeTakeFirst()
}

/**
 * @returns false where the request has ended, was deleted, or is another user's by now (a guest who signed in): what
 * its job does then is of no use
 */
export async function reportProgress(
  db: Kysely<Database>,
  progress: { requestId: string; userId: string; done: number; total: number },
): Promise<boolean> {
  const { numUpdatedRows } = await asUser(db, progress.userId)
    .updateTable('dataRequests')
    .set({ done: progress.done, total: progress.total, updatedAt: sql<Date>`now()` })
    .where('id', '=', progress.requestId)
    .where('userId', '=', progress.userId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends a request, once. @returns false, and nothing changed, as {@link reportProgress} */
export async function completeDataRequest(
  db: Kysely<Database>,
  end: {
    requestId: string
    userId: string
    result?: { file: string; sizeBytes: number }
    keepMs: number
  },
): Promise<boolean> {
  const { numUpdatedRows } = await asUser(db, end.userId)
    .updateTable('dataRequests')
    .set({
      state: 'completed',
      total: sql<number>`done`,
      file: end.result?.file ?? null,
      sizeBytes: end.result === undefined ? null : BigInt(end.result.sizeBytes),
      endedAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
      expiresAt: inMilliseconds(end.keepMs),
    })
    .where('id', '=', end.requestId)
    .where('userId', '=', end.userId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Nothing more is tried. @param failure.problem a kebab-case code; `detail` where in a file */
export async function failDataRequest(
  db: Kysely<Database>,
  failure: { requestId: string; problem: string; detail?: string | null; keepMs: number },
): Promise<void> {
  await asSystem(db, 'run-data-request')
    .updateTable('dataRequests')
    .set({
      state: 'failed',
      problem: failure.problem,
      detail: failure.detail ?? null,
      file: null,
      endedAt: sql<Date>`now()`,
      updatedAt: sql<Date>`now()`,
      expiresAt: inMilliseconds(failure.keepMs),
    })
    .where('id', '=', failure.requestId)
    .where('state', 'in', ['waiting', 'running'])
    .execute()
}

/** Forgets requests whose time is over. @returns the files that nobody can fetch any more */
export async function purgeDataRequests(db: Kysely<Database>, limit: number): Promise<string[]> {
  const rows = await asSystem(db, 'tidy-data-requests')
    .deleteFrom('dataRequests')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('dataRequests')
        .select('id')
        .where('expiresAt', '<', sql<Date>`now()`)
        .limit(limit),
    )
    .returning('file')
    .execute()
  return rows.map((row) => row.file).filter((file) => file !== null)
}

/** Those of `requestIds` that are still there. */
export async function findDataRequestIds(
  db: Kysely<Database>,
  requestIds: readonly string[],
): Promise<Set<string>> {
  const rows = await asSystem(db, 'tidy-data-requests')
    .selectFrom('dataRequests')
    .select('id')
    .where('id', '=', sql<string>`any(${[...requestIds]}::uuid[])`)
    .execute()
  return new Set(rows.map((row) => row.id))
}

/**
 * Has those carried out anew that no job has touched for `idleMs`: their job has failed for good, or was lost with the
 * Redis that held it. @returns how many
 */
export async function restartIdleDataRequests(
  db: Kysely<Database>,
  idleMs: number,
): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = await touchIdleDataRequests(transaction, idleMs)
    await addToOutbox(
      transaction,
      rows.map(({ id, kind }) => ({ topic: kind, payload: { requestId: id } })),
    )
    return rows.length
  })
}

async function touchIdleDataRequests(
  transaction: Transaction<Database>,
  idleMs: number,
): Promise<Pick<DataRequestRow, 'id' | 'kind'>[]> {
  return asSystem(transaction, 'tidy-data-requests')
    .updateTable('dataRequests')
    .set({ updatedAt: sql<Date>`now()` })
    .where('state', 'in', ['waiting', 'running'])
    .where('updatedAt', '<', sql<Date>`now() - make_interval(secs => ${idleMs / 1000})`)
    .returning(['id', 'kind'])
    .execute()
}

function inMilliseconds(ms: number) {
  return sql<Date>`now() + make_interval(secs => ${ms / 1000})`
}
