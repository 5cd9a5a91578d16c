import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { arrangeEnd, arrangeGuest, arrangeTurn, newTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { announceAttempt } from '../turns/attempt.repository.ts'
import { startTurn } from '../turns/start-turn.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { findUser, promoteGuest } from '../users/user.repository.ts'
import { closeAccount } from './close-account.ts'
import {
  beginDataRequest,
  completeDataRequest,
  createDataRequest,
  findDataRequest,
  listDataRequests,
  peekDataRequest,
  reportProgress,
  restartIdleDataRequests,
} from './data-request.repository.ts'
import { deleteLeftovers, disownAttempts, forgetUser } from './delete-everything.ts'
import { readMessagePage } from './read-everything.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 2 })
afterAll(async () => {
  await admin.destroy()
  await db.destroy()
  await database.close()
})

const DAY_MS = 24 * 60 * 60 * 1000

test('one request of a user is under way at a time, also of many made at once', async () => {
  const user = await arrangeGuest(db)
  const made = await Promise.all(Array.from({ length: 8 }, () => ask(user.id)))
  expect(made.filter((request) => request !== undefined)).toHaveLength(1)
  const { id } = made.find((request) => request !== undefined)!
  const messages = await db
    .selectFrom('outbox')
    .select(['topic', 'payload'])
    .where('topic', '=', 'export')
    .execute()
  expect(messages).toEqual([{ topic: 'export', payload: { requestId: id } }])
  await beginDataRequest(db, id)
  expect(await completeDataRequest(db, { requestId: id, userId: user.id, keepMs: DAY_MS })).toBe(
    true,
  )
  expect(await ask(user.id)).toBeDefined()
})

test('another user’s request is not there, and cannot be reported on', async () => {
  const user = await arrangeGuest(db)
  const other = await arrangeGuest(db)
  const { id: requestId } = (await ask(user.id))!
  await beginDataRequest(db, requestId)
  const foreign = { requestId, userId: other.id }
  expect(await findDataRequest(db, foreign)).toBeUndefined()
  expect(await listDataRequests(db, foreign)).toEqual([])
  expect(await reportProgress(db, { ...foreign, done: 1, total: 1 })).toBe(false)
  expect(await completeDataRequest(db, { ...foreign, keepMs: DAY_MS })).toBe(false)
})

test('a request that has ended does not begin again; one that nothing has touched for long does', async () => {
  const user = await arrangeGuest(db)
  const { id } = (await ask(user.id))!
  await sql`update data_requests set updated_at = now() - interval '2 hours' where id = ${id}`.execute(
    admin,
  )
  expect(await restartIdleDataRequests(db, 60 * 60 * 1000)).toBe(1)
  expect(await restartIdleDataRequests(db, 60 * 60 * 1000)).toBe(0)
  await beginDataRequest(db, id)
  await completeDataRequest(db, { requestId: id, userId: user.id, keepMs: DAY_MS })
  expect(await beginDataRequest(db, id)).toBeUndefined()
})

test('nothing new begins for an account that was closed, and it is closed once', async () => {
  const user = await arrangeGuest(db)
  const closed = await Promise.all([close(user.id), close(user.id)])
  expect(closed.filter((request) => request !== undefined)).toHaveLength(1)
  await expect(startTurn(db, newTurn({ userId: user.id, owner: 'a' }))).rejects.toThrow(
    /user-not-found/,
  )
  expect(await ask(user.id)).toBeUndefined()
  expect(await promoteGuest(db, { userId: user.id, email: 'late@example.com' })).toBeUndefined()
  const member = await arrangeGuest(db)
  const merge = { guestId: user.id, userId: member.id }
  expect(await db.transaction().execute((transaction) => mergeGuest(transaction, merge))).toBe(
    false,
  )
})

test('a user with a chat is not forgotten; then with the guests that were merged', async () => {
  const user = await arrangeGuest(db)
  const guest = await arrangeGuest(db)
  const { chatId } = await arrangeTurn(db, { userId: user.id, owner: 'a' })
  await db
    .transaction()
    .execute((transaction) => mergeGuest(transaction, { guestId: guest.id, userId: user.id }))
  const { id: requestId } = (await close(user.id))!
  await beginDataRequest(db, requestId)
  const forget = () =>
    db
      .transaction()
      .execute((transaction) =>
        forgetUser(transaction, { userId: user.id, requestId, keepMs: DAY_MS }),
      )
  expect(await forget()).toBe(false)
  expect(await findUser(db, user.id)).toBeDefined()
  await admin.deleteFrom('chatSessions').where('id', '=', chatId).execute()
  expect(await forget()).toBe(true)
  expect([await findUser(db, user.id), await findUser(db, guest.id)]).toEqual([
    undefined,
    undefined,
  ])
  expect(await peekDataRequest(db, requestId)).toMatchObject({ userId: null, state: 'completed' })
})

test('a call that is announced while its user is forgotten belongs to nobody or is not written', async () => {
  const user = await arrangeGuest(db)
  const turn = newTurn({ userId: user.id, owner: 'a' })
  const { id: requestId } = (await close(user.id))!
  await beginDataRequest(db, requestId)
  const announcing = (): Promise<void> =>
    announceAttempt(db, {
      attemptId: newId(),
      userId: user.id,
      turnId: turn.turnId,
      epoch: 1,
      deployment: 'd',
      provider: 'p',
      model: 'm',
    })
  await announcing()
  const gate = Promise.withResolvers<void>()
  let announced: Promise<void> | undefined
  await db.transaction().execute(async (transaction) => {
    await forgetUser(transaction, { userId: user.id, requestId, keepMs: DAY_MS })
    announced = announcing().finally(() => gate.resolve())
    // It waits for us, or it has looked for its user before we are done.
    await Promise.race([gate.promise, waitsForLock()])
  })
  await announced
  const rows = await admin
    .selectFrom('attempts')
    .select('state')
    .where('userId', '=', user.id)
    .execute()
  expect(rows).toEqual([])
})

test('what belongs to nobody any more keeps its numbers', async () => {
  const user = await arrangeGuest(db)
  const turn = await arrangeTurn(db, { userId: user.id, owner: 'a' })
  const attemptId = newId()
  await announceAttempt(db, {
    attemptId,
    userId: user.id,
    turnId: turn.turnId,
    epoch: 1,
    deployment: 'd',
    provider: 'p',
    model: 'm',
  })
  await admin
    .updateTable('attempts')
    .set({ state: 'completed', settledAt: new Date(), costPicoUsd: 5n, rawFinish: 'secret' })
    .where('id', '=', attemptId)
    .execute()
  expect(await disownAttempts(db, { userId: user.id })).toBe(1)
  const row = await admin
    .selectFrom('attempts')
    .selectAll()
    .where('id', '=', attemptId)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({ costPicoUsd: 5n, model: 'm', state: 'completed', rawFinish: null })
  expect([row.userId, row.turnId]).not.toContain(user.id)
  expect(row.turnId).not.toBe(turn.turnId)
})

test('leftovers of chats that are no more go, those of chats that are there stay', async () => {
  const user = await arrangeGuest(db)
  const gone = await arrangeTurn(db, { userId: user.id, owner: 'a' })
  const kept = await arrangeTurn(db, { userId: user.id, owner: 'a' })
  await arrangeEnd(db, gone)
  await admin.deleteFrom('chatSessions').where('id', '=', gone.chatId).execute()
  expect(await deleteLeftovers(db, { userId: user.id })).toBe(3)
  const left = await readMessagePage(db, { userId: user.id, chatId: kept.chatId, limit: 10 })
  expect(left).toHaveLength(1)
})

test('pages of messages show each once, in order of time, across months', async () => {
  const user = await arrangeGuest(db)
  const { chatId, turnId } = await arrangeTurn(db, { userId: user.id, owner: 'a' })
  const lastMonth = Date.now() - 20 * DAY_MS
  const ids = Array.from({ length: 9 }, (_, index) => newId(lastMonth + (index >> 1) * 4 * DAY_MS))
  await sql`
    insert into chat_history (id, created_at, user_id, session_id, turn_id, role, parts)
    select id, uuid_v7_time(id), ${user.id}::uuid, ${chatId}::uuid, ${turnId}::uuid, 'user', '[]'
    from unnest(${ids}::uuid[]) as id
  `.execute(admin)
  const seen: string[] = []
  let page = await readMessagePage(db, { userId: user.id, chatId, limit: 3 })
  while (page.length > 0) {
    seen.push(...page.map(({ id }) => id))
    page = await readMessagePage(db, { userId: user.id, chatId, limit: 3, after: page.at(-1)! })
  }
  expect(seen).toEqual(seen.toSorted())
  expect(new Set(seen).size).toBe(10)
})

function ask(userId: string) {
  return db
    .transaction()
    .execute((transaction) => createDataRequest(transaction, { userId, kind: 'export' }))
}

function close(userId: string) {
  return db.transaction().execute((transaction) => closeAccount(transaction, { userId }))
}

/** Resolves once some connection of this database waits for a lock. */
async function waitsForLock(): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await sql<{ waiting: boolean }>`
        select exists (
          select from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database()
        ) as waiting
      `.execute(db)
      return rows[0]!.waiting
    })
    .toBe(true)
}
