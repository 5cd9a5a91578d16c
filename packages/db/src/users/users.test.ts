import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { createDataRequest } from '../rights/data-request.repository.ts'
import { arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { announceAttempt } from '../turns/attempt.repository.ts'
import { currentUserId, mergeGuest } from './merge-guest.ts'
import {
  createUser,
  findUser,
  findUserByAuthUser,
  linkIdentity,
  promoteGuest,
} from './user.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 20 })
/** Sees everything, whosever it is. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 2 })
afterAll(async () => {
  await admin.destroy()
  await db.destroy()
  await database.close()
})

test('an account of the auth library is one of our users, whose id it does not share', async () => {
  const user = await arrangeMember('Ada@Example.org', 'auth-ada')
  expect(user).toMatchObject({ kind: 'member', role: 'user', email: 'ada@example.org' })
  expect(await findUserByAuthUser(db, 'auth-ada')).toEqual(user)
  expect(await findUserByAuthUser(db, 'auth-nobody')).toBeUndefined()
})

test('an address belongs to one user, however it is written', async () => {
  await arrangeMember('grace@example.org', 'auth-grace')
  await expect(arrangeMember('GRACE@example.org', 'auth-grace-2')).rejects.toMatchObject({
    code: '23505',
  })
  expect(await findUserByAuthUser(db, 'auth-grace-2')).toBeUndefined()
})

test('a guest who signs up stays the same user', async () => {
  const guest = await arrangeGuest(db)
  const member = await promoteGuest(db, { userId: guest.id, email: 'Tim@Example.org', name: 'Tim' })
  expect(member).toMatchObject({ id: guest.id, kind: 'member', email: 'tim@example.org' })
  await linkIdentity(db, { authUserId: 'auth-tim', userId: guest.id })
  expect(await findUserByAuthUser(db, 'auth-tim')).toMatchObject({ id: guest.id })
  expect(await promoteGuest(db, { userId: guest.id, email: 'x@example.org' })).toBeUndefined()
})

test('a guest who signs in to an account takes everything along', async () => {
  const member = await arrangeMember('lin@example.org', 'auth-lin')
  const guest = await arrangeGuest(db)
  const { turnId } = await arrangeTurn(db, { userId: guest.id, owner: 'process-a' })
  await announceAttempt(db, {
    attemptId: newId(),
    userId: guest.id,
    turnId,
    epoch: 1,
    deployment: 'd',
    provider: 'p',
    model: 'm',
  })
  await db
    .transaction()
    .execute((transaction) => createDataRequest(transaction, { userId: guest.id, kind: 'export' }))
  expect(await merge(guest.id, member.id)).toBe(true)
  for (const table of [
    'chatSessions',
    'chatHistory',
    'turns',
    'attempts',
    'dataRequests',
    'authIdentities',
  ] as const) {
    const count = async (userId: string): Promise<number> =>
      (await admin.selectFrom(table).select('userId').where('userId', '=', userId).execute()).length
    expect(await count(guest.id), table).toBe(0)
    expect(await count(member.id), table).toBe(table === 'authIdentities' ? 2 : 1)
  }
  expect(await currentUserId(db, guest.id)).toBe(member.id)
  expect(await currentUserId(db, member.id)).toBe(member.id)
})

test('only a guest can be merged, once, and not into themselves', async () => {
  const [guest, member] = [
    await arrangeGuest(db),
    await arrangeMember('eva@example.org', 'auth-eva'),
  ]
  expect(await merge(guest.id, guest.id)).toBe(false)
  expect(await merge(member.id, guest.id)).toBe(false)
  const merges = await Promise.all(Array.from({ length: 5 }, () => merge(guest.id, member.id)))
  expect(merges.filter(Boolean)).toHaveLength(1)
  expect(await findUser(db, guest.id)).toMatchObject({ mergedInto: member.id })
})

test('chats that a guest begins while being merged are either moved or refused, never lost', async () => {
  const member = await arrangeMember('max@example.org', 'auth-max')
  const guest = await arrangeGuest(db)
  const [, ...starts] = await Promise.allSettled([
    merge(guest.id, member.id),
    ...Array.from({ length: 15 }, () => arrangeTurn(db, { userId: guest.id, owner: 'process-a' })),
  ])
  const started = starts.filter((start) => start.status === 'fulfilled')
  for (const start of starts.filter((each) => each.status === 'rejected')) {
    expect(start.reason).toHaveProperty('reason', 'user-not-found')
  }
  const chats = await admin.selectFrom('chatSessions').select('userId').execute()
  expect(chats.filter((chat) => chat.userId === guest.id)).toEqual([])
  expect(chats.filter((chat) => chat.userId === member.id)).toHaveLength(started.length)
})

function arrangeMember(email: string, authUserId: string) {
  return db
    .transaction()
    .execute((transaction) => createUser(transaction, { kind: 'member', email, authUserId }))
}

function merge(guestId: string, userId: string) {
  return db.transaction().execute((transaction) => mergeGuest(transaction, { guestId, userId }))
}
