import type {
  AnnouncementDetail,
  AnnouncementDetailList,
  AnnouncementList,
  Me,
  Problem,
} from '@brainlyx/chat-contract'
import { newId } from '@brainlyx/db'
import { eventually } from '@brainlyx/testkit'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { arrangeInstallation, guest, signUp } from '../../test/installation.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
let now = Date.now()
const api = await installation.startReplica({ nowMs: () => now })
const other = await installation.startReplica()

const admin = api.browser()
await signUp(admin)
const member = api.browser()
await signUp(member)
const visitor = api.browser()

beforeEach(async () => {
  await installation.db.deleteFrom('announcements').execute()
  await api.announcements.refresh()
})

const PATH = '/api/v1/admin/announcements'
const HOUR_MS = 60 * 60 * 1000
const told = async (browser: Browser): Promise<string[]> =>
  (await browser.json<AnnouncementList>('/api/v1/announcements')).announcements.map(
    ({ text }) => text,
  )

async function announce(fields: object = {}): Promise<AnnouncementDetail> {
  const input = { text: 'Maintenance at noon', severity: 'info', audience: 'all', ...fields }
  const response = await admin.post(PATH, input)
  expect(response.status).toBe(201)
  return (await response.json()) as AnnouncementDetail
}

async function problemOf(response: Response): Promise<Pick<Problem, 'status' | 'code' | 'fields'>> {
  return (await response.json()) as Problem
}

test('what an administrator says is told to everybody, on the other replica too; the most severe first', async () => {
  await announce()
  await announce({ text: 'All is down', severity: 'outage' })
  const everything = ['All is down', 'Maintenance at noon']
  for (const browser of [visitor, member, await guest(api)]) {
    expect(await told(browser)).toEqual(everything)
  }
  await eventually(async () => expect(await told(other.browser())).toEqual(everything))
})

test('a replica that missed the hint finds out by itself', async () => {
  const lonely = await installation.startReplica({ redisUrl: 'redis://127.0.0.1:1' })
  await announce()
  await eventually(async () => expect(await told(lonely.browser())).toHaveLength(1), {
    timeoutMs: 15_000,
  })
}, 20_000)

test('nobody but an administrator says, changes, takes back or lists', async () => {
  const { id } = await announce()
  const input = { text: 'Mine', severity: 'info', audience: 'all' }
  for (const [method, path, json] of [
    ['GET', PATH, undefined],
    ['POST', PATH, input],
    ['PUT', `${PATH}/${id}`, input],
    ['DELETE', `${PATH}/${id}`, undefined],
  ] as const) {
    const response = await member.fetch(path, { method, json })
    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'administrators-only' })
  }
  expect(await told(visitor)).toEqual(['Maintenance at noon'])
})

test('members and a tier are told what is for them', async () => {
  await announce({ text: 'For members', audience: 'members' })
  await announce({ text: 'For pro', audience: 'tier', tier: 'pro' })
  expect(await told(visitor)).toEqual([])
  expect(await told(await guest(api))).toEqual([])
  expect(await told(member)).toEqual(['For members'])
  const { user } = await member.json<Me>('/api/v1/me')
  await admin.fetch(`/api/v1/admin/users/${user!.id}`, { method: 'PATCH', json: { tier: 'pro' } })
  expect((await told(member)).toSorted()).toEqual(['For members', 'For pro'])
})

test('it is told from its beginning to its end', async () => {
  const at = (ms: number): string => new Date(now + ms).toISOString()
  await announce({ startsAt: at(HOUR_MS), endsAt: at(2 * HOUR_MS) })
  expect(await told(visitor)).toEqual([])
  now += HOUR_MS
  expect(await told(visitor)).toEqual(['Maintenance at noon'])
  now += HOUR_MS
  expect(await told(visitor)).toEqual([])
  now -= 2 * HOUR_MS
})

test('other words are a new revision; another end is not', async () => {
  const { id, startsAt } = await announce()
  const input = { text: 'Maintenance at noon', severity: 'info', audience: 'all', startsAt }
  const change = async (fields: object): Promise<AnnouncementDetail> => {
    const response = await admin.fetch(`${PATH}/${id}`, {
      method: 'PUT',
      json: { ...input, ...fields },
    })
    return (await response.json()) as AnnouncementDetail
  }
  const endsAt = new Date(now + HOUR_MS).toISOString()
  expect(await change({ endsAt })).toMatchObject({ revision: 1, endsAt })
  expect(await change({ text: 'Maintenance at one' })).toMatchObject({ revision: 2, endsAt: null })
  expect(await change({ text: 'Maintenance at one', severity: 'warning' })).toMatchObject({
    revision: 3,
  })
  expect(await told(visitor)).toEqual(['Maintenance at one'])
})

test('taken back it is gone, and what is not there cannot be changed', async () => {
  const { id } = await announce()
  expect((await admin.fetch(`${PATH}/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect(await told(visitor)).toEqual([])
  const input = { text: 'Again', severity: 'info', audience: 'all' }
  for (const [method, json] of [['PUT', input] as const, ['DELETE', undefined] as const]) {
    const response = await admin.fetch(`${PATH}/${newId()}`, { method, json })
    expect(await problemOf(response)).toMatchObject({ code: 'announcement-not-found' })
  }
  expect(await admin.json<AnnouncementDetailList>(PATH)).toMatchObject({
    announcements: [],
    tiers: expect.arrayContaining(['free', 'pro']),
  })
})

test.each([
  ['no words', { text: '  ' }, 'text'],
  ['a tier without one', { audience: 'tier' }, 'tier'],
  ['a tier that is not there', { audience: 'tier', tier: 'platinum' }, 'tier'],
  ['a tier that nobody asked for', { tier: 'pro' }, 'tier'],
  ['an end in the past', { endsAt: '2020-01-01T00:00:00Z' }, 'endsAt'],
  [
    'an end before the start',
    { startsAt: '2999-01-02T00:00:00Z', endsAt: '2999-01-01T00:00:00Z' },
    'endsAt',
  ],
])('%s is refused by its field', async (_what, fields, field) => {
  const response = await admin.post(PATH, {
    text: 'Hello',
    severity: 'info',
    audience: 'all',
    ...fields,
  })
  expect(await problemOf(response)).toMatchObject({ status: 400, fields: [{ path: field }] })
})

test('what an administrator does is in the audit log, without the words', async () => {
  const { id } = await announce({ text: 'canary-in-words' })
  await admin.fetch(`${PATH}/${id}`, { method: 'DELETE' })
  const rows = await installation.admin
    .selectFrom('auditLog')
    .selectAll()
    .where('action', 'like', 'announcement-%')
    .orderBy('id', 'desc')
    .limit(2)
    .execute()
  expect(rows.map(({ action, actorKind }) => `${actorKind} ${action}`)).toEqual([
    'admin announcement-deletion',
    'admin announcement-creation',
  ])
  expect(JSON.stringify(rows)).not.toContain('canary')
})
