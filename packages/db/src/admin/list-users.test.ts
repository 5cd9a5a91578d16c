import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { newId } from '../identifiers/new-id.ts'
import { arrangeGuest } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { mergeGuest } from '../users/merge-guest.ts'
import { createUser } from '../users/user.repository.ts'
import { listUsers, searchUsers } from './list-users.ts'
import type { UserFilter, UserPlace } from './list-users.ts'
import { isLastAdministrator } from './last-administrator.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
/** Changes whatever it likes. */
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 1 })
afterAll(async () => {
  await admin.destroy()
  await db.destroy()
  await database.close()
})

const people: [email: string, name: string | null][] = [
  ['ada@example.com', 'Ada Lovelace'],
  ['adam@example.com', null],
  ['grace@example.com', 'ADA of another name'],
  ['max_100%@example.com', 'Ödön'],
  ['zoe@example.com', 'Zoë'],
]
const ids: string[] = []
for (const [email, name] of people) {
  const user = { kind: 'member' as const, email, name, authUserId: newId() }
  ids.push((await db.transaction().execute((on) => createUser(on, user))).id)
}
const guest = await arrangeGuest(db)
const [ada, adam, grace, max, zoe] = ids as [string, string, string, string, string]
const change = (id: string, values: object) =>
  admin.updateTable('users').set(values).where('id', '=', id).execute()
await change(grace, { tier: 'pro', bannedAt: new Date() })
await change(max, { tier: 'pro', role: 'admin' })

const found = async (filter: UserFilter): Promise<string[]> =>
  (await listUsers(db, { limit: 50, ...filter })).users.map(({ id }) => id)

async function search(prefix: string, filter: UserFilter = {}): Promise<string[]> {
  return (await searchUsers(db, { limit: 50, prefix, ...filter })).users.map(({ id }) => id)
}

test('users are listed the newest first, page by page, without gap or repeat', async () => {
  const listed: string[] = []
  let beforeId: string | undefined
  for (;;) {
    const page = await listUsers(db, { limit: 2, beforeId })
    listed.push(...page.users.map(({ id }) => id))
    if (page.nextId === null) break
    beforeId = page.nextId
  }
  expect(listed).toEqual([guest.id, zoe, max, grace, adam, ada])
})

test('filters leave the others out, alone and together', async () => {
  expect(await found({ kind: 'guest' })).toEqual([guest.id])
  expect(await found({ tier: 'pro' })).toEqual([max, grace])
  expect(await found({ role: 'admin' })).toEqual([max])
  expect(await found({ banned: true })).toEqual([grace])
  expect(await found({ tier: 'pro', banned: false })).toEqual([max])
  expect(await found({ tier: 'no such tier' })).toEqual([])
})

test('a search finds the beginnings of addresses, then those of names, in any case', async () => {
  expect(await search('ada')).toEqual([ada, adam, grace])
  expect(await search('ADA')).toEqual([ada, adam, grace])
  expect(await search('Ada L')).toEqual([ada])
  expect(await search('zoë')).toEqual([zoe])
  expect(await search('ödö')).toEqual([max])
  expect(await search('lovelace')).toEqual([])
})

test('a search takes its words as they are, and filters like the list', async () => {
  expect(await search('max_')).toEqual([max])
  expect(await search('max_100%')).toEqual([max])
  expect(await search('%')).toEqual([])
  expect(await search('a_a')).toEqual([])
  expect(await search('ada', { banned: true })).toEqual([grace])
})

test('a search is paged across addresses and names without gap or repeat', async () => {
  const listed: string[] = []
  let after: UserPlace | undefined
  for (;;) {
    const page = await searchUsers(db, { limit: 1, prefix: 'ada', after })
    listed.push(...page.users.map(({ id }) => id))
    if (page.next === null) break
    after = page.next
  }
  expect(listed).toEqual([ada, adam, grace])
})

test('a guest who signed in to an account is not listed beside it', async () => {
  const merged = await arrangeGuest(db)
  expect(await found({ kind: 'guest' })).toEqual([merged.id, guest.id])
  await db
    .transaction()
    .execute((transaction) => mergeGuest(transaction, { guestId: merged.id, userId: ada }))
  expect(await found({ kind: 'guest' })).toEqual([guest.id])
})

test('an administrator is the last one where the others are banned or leave', async () => {
  expect(await isLastAdministrator(db, { userId: ada })).toBe(false)
  expect(await isLastAdministrator(db, { userId: max })).toBe(true)
  await change(max, { bannedAt: new Date() })
  expect(await isLastAdministrator(db, { userId: ada })).toBe(true)
  await change(max, { bannedAt: null, deletingAt: new Date() })
  expect(await isLastAdministrator(db, { userId: ada })).toBe(true)
})

test('whoever is alone may go', async () => {
  await admin.updateTable('users').set({ deletingAt: new Date() }).execute()
  await change(ada, { deletingAt: null, role: 'admin' })
  expect(await isLastAdministrator(db, { userId: ada })).toBe(false)
  await arrangeGuest(db)
  expect(await isLastAdministrator(db, { userId: ada })).toBe(false)
})
