import type {
  ManagedUserDetail,
  ManagedUserPage,
  Me,
  Problem,
  UserEvent,
} from '@brainlyx/chat-contract'
import { lowerStanding, newId } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
installation.simulator.setPace({ tokensPerSecond: 0, timeToFirstTokenMs: 0 })
const api = await installation.startReplica()
const other = await installation.startReplica()

const CANARY = 'canary-words-of-a-user'
const admin = api.browser()
await signUp(admin, 'root@example.com')
const adminId = await idOf(admin)

async function idOf(browser: Browser): Promise<string> {
  return (await browser.json<Me>('/api/v1/me')).user!.id
}

let members = 0
async function arrangeMember(email = `user-${++members}@example.com`) {
  const browser = api.browser()
  await signUp(browser, email)
  return { browser, email, id: await idOf(browser) }
}

const path = (userId: string, rest = ''): string => `/api/v1/admin/users/${userId}${rest}`
const list = async (query: string): Promise<ManagedUserPage> =>
  admin.json<ManagedUserPage>(`/api/v1/admin/users?${query}`)
const detail = (userId: string): Promise<ManagedUserDetail> =>
  admin.json<ManagedUserDetail>(path(userId))
const patch = (userId: string, json: object, by = admin): Promise<Response> =>
  by.fetch(path(userId), { method: 'PATCH', json })
const ban = (userId: string, by = admin): Promise<Response> =>
  by.fetch(path(userId, '/ban'), { method: 'PUT', json: { reason: 'spam' } })
const signIn = (email: string): Promise<Response> =>
  api.browser().post('/api/v1/sign-in', { email, password: 'correct horse battery' })
async function codeOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as Problem).code]
}
const actionsOf = (events: readonly UserEvent[]): string[] =>
  events.map(({ action, isOwn }) => `${isOwn ? 'own ' : ''}${action}`)

test('an administrator finds users page by page, by search and by filter; another may not', async () => {
  const ada = await arrangeMember('ada@example.org')
  const adam = await arrangeMember('adam@example.org')
  const found = await list('search=ADA')
  expect(found.users.map(({ id }) => id)).toEqual([ada.id, adam.id])
  expect(found.users[0]).toMatchObject({ email: 'ada@example.org', role: 'user', tier: 'free' })

  const first = await list('search=ada&limit=1')
  const second = await list(`search=ada&limit=1&cursor=${first.nextCursor}`)
  expect([...first.users, ...second.users].map(({ id }) => id)).toEqual([ada.id, adam.id])
  expect(second.nextCursor).toBeNull()

  const newest = await list('kind=member&limit=1')
  expect(newest.users.map(({ id }) => id)).toEqual([adam.id])
  const older = await list(`kind=member&limit=1&cursor=${newest.nextCursor}`)
  expect(older.users.map(({ id }) => id)).toEqual([ada.id])
  expect((await list('role=admin')).users.map(({ id }) => id)).toEqual([adminId])
  expect((await list('banned=true')).users).toEqual([])

  for (const browser of [ada.browser, await guest(api)]) {
    expect(await codeOf(await browser.get('/api/v1/admin/users?search=ada'))).toEqual([
      403,
      'administrators-only',
    ])
  }
})

test('a cursor of another list is refused, not understood', async () => {
  const { nextCursor } = await list('limit=1')
  const response = await admin.get(`/api/v1/admin/users?search=a&cursor=${nextCursor}`)
  expect(await codeOf(response)).toEqual([400, 'invalid-request'])
})

test('the page of a user tells of the account and never what they wrote; another may not see it', async () => {
  const member = await arrangeMember()
  await member.browser.turn('/api/v1/turns', { text: `A secret: ${CANARY}` })
  const shown = await detail(member.id)
  expect(shown.user).toMatchObject({ id: member.id, email: member.email, kind: 'member' })
  expect(shown.usage).toMatchObject({ turns: 1, calls: 1 })
  expect(shown.usage.outputTokens).toBeGreaterThan(0)
  expect(shown.tiers).toContain('pro')
  expect(JSON.stringify(shown)).not.toContain(CANARY)
  const refused = await member.browser.get(path(member.id))
  expect(await codeOf(refused)).toEqual([403, 'administrators-only'])
  expect(await codeOf(await admin.get(path(newId())))).toEqual([404, 'user-not-found'])
})

test('a role counts from the next request on, also when it is taken away; a user may not give it', async () => {
  const member = await arrangeMember()
  expect(await codeOf(await patch(member.id, { role: 'admin' }, member.browser))).toEqual([
    403,
    'administrators-only',
  ])
  const raised = await patch(member.id, { role: 'admin' })
  expect(((await raised.json()) as ManagedUserDetail).user.role).toBe('admin')
  expect((await member.browser.get('/api/v1/admin/users')).status).toBe(200)

  const lowered = await patch(member.id, { role: 'user', tier: 'team' })
  const shown = (await lowered.json()) as ManagedUserDetail
  expect(shown.user).toMatchObject({ role: 'user', tier: 'team' })
  expect(actionsOf(shown.events)).toEqual(
    expect.arrayContaining(['tier-change', 'role-change', 'role-change']),
  )
  expect((await member.browser.get('/api/v1/admin/users')).status).toBe(403)
})

test('a ban ends everything at once on every replica, and says why; lifting it lets the user in again', async () => {
  const member = await arrangeMember()
  const token = member.browser.cookies.get('test.access')!
  const elsewhere = (): Promise<Response> =>
    fetch(`${other.url}/api/v1/chats`, { headers: { authorization: `Bearer ${token}` } })
  expect((await elsewhere()).status).toBe(200)
  expect((await ban(member.id, member.browser)).status).toBe(403)

  const shown = (await (await ban(member.id)).json()) as ManagedUserDetail
  expect(shown.user.bannedAt).not.toBeNull()
  expect(shown.events[0]).toMatchObject({
    action: 'user-ban',
    by: 'admin',
    isOwn: false,
    details: { reason: 'spam' },
  })
  await eventually(async () => expect((await elsewhere()).status).toBe(401))
  expect(await codeOf(await signIn(member.email))).toEqual([403, 'account-banned'])
  expect((await list('banned=true')).users.map(({ id }) => id)).toEqual([member.id])

  const lifted = await admin.fetch(path(member.id, '/ban'), { method: 'DELETE' })
  expect(((await lifted.json()) as ManagedUserDetail).user.bannedAt).toBeNull()
  expect((await signIn(member.email)).status).toBe(200)
})

test('an administrator sees how much of their tier a user has, and why', async () => {
  const member = await arrangeMember()
  const { standing: first } = await detail(member.id)
  expect(first).toMatchObject({ percent: 100, reason: 'new' })
  const now = new Date()
  await lowerStanding(installation.db, { userId: member.id, reason: 'failed-sign-ins', now })
  const { standing } = await detail(member.id)
  expect(standing).toEqual({
    percent: 50,
    reason: 'failed-sign-ins',
    since: now.toISOString(),
  })
})

test('signed out by an administrator, a user has to sign in again, and may', async () => {
  const member = await arrangeMember()
  const mine = await member.browser.fetch(path(adminId, '/sign-ins'), { method: 'DELETE' })
  expect(mine.status).toBe(403)
  const ended = await admin.fetch(path(member.id, '/sign-ins'), { method: 'DELETE' })
  expect(actionsOf(((await ended.json()) as ManagedUserDetail).events)).toContain('sign-in-end')
  expect((await member.browser.get('/api/v1/chats')).status).toBe(401)
  expect((await signIn(member.email)).status).toBe(200)
})

test('administrators do not lock themselves out', async () => {
  expect(await codeOf(await patch(adminId, { role: 'user' }))).toEqual([409, 'own-account'])
  expect(await codeOf(await ban(adminId))).toEqual([409, 'own-account'])
  const leave = (): Promise<Response> =>
    admin.post('/api/v1/account/deletion', {
      confirmation: 'delete my account',
      password: 'correct horse battery',
    })
  expect(await codeOf(await leave())).toEqual([409, 'last-administrator'])
  expect((await detail(adminId)).user).toMatchObject({ role: 'admin', deletingAt: null })

  const successor = await arrangeMember()
  await patch(successor.id, { role: 'admin' })
  expect((await leave()).status).toBe(202)
  expect((await successor.browser.get('/api/v1/admin/users')).status).toBe(200)
})
