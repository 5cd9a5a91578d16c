import type { AuditEvent, AuditLogPage, AuditPseudonyms } from '@brainlyx/chat-contract'
import { createPseudonymizer } from '@brainlyx/db'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import type { Browser } from '../../test/browser.ts'
import { PSEUDONYM_KEY, arrangeInstallation, guest, signUp } from '../../test/installation.ts'
import { newOwner } from '../../test/route-matrix/owners.ts'

const installation = await arrangeInstallation()
afterAll(() => installation.close())
const api = await installation.startReplica()
const administrator = await newOwner('admin', { installation, api })
const { browser } = administrator
const pseudonymOf = createPseudonymizer(PSEUDONYM_KEY)

const PASSWORD = 'correct horse battery'

async function events(filter: Record<string, string> = {}): Promise<AuditEvent[]> {
  const query = new URLSearchParams({ ...filter, limit: '200' })
  return (await browser.json<AuditLogPage>(`/api/v1/admin/audit-log?${query.toString()}`)).events
}

async function pseudonymsOf(person: string): Promise<string[]> {
  const response = await browser.post('/api/v1/admin/audit-log/pseudonyms', { person })
  return ((await response.json()) as AuditPseudonyms).pseudonyms
}

async function userIdOf(member: Browser): Promise<string> {
  return (await member.json<{ user: { id: string } }>('/api/v1/me')).user.id
}

test('signing up, in, wrongly and out is told, under the pseudonyms that an administrator can ask for', async () => {
  const member = api.browser()
  const email = await signUp(member)
  const actor = pseudonymOf(await userIdOf(member))
  await member.post('/api/v1/sign-out')
  const wrong = await api.browser().post('/api/v1/sign-in', { email, password: 'a wrong one' })
  expect(wrong.status).toBe(401)
  await member.post('/api/v1/sign-in', { email: email.toUpperCase(), password: PASSWORD })

  const pseudonyms = await pseudonymsOf(email)
  expect(pseudonyms).toEqual([pseudonymOf(email), actor])
  const own = await events({ actor })
  expect(own.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'sign-in completed',
    'sign-in-end completed',
    'sign-up completed',
  ])
  expect(own[0]).toMatchObject({ actorKind: 'user', address: pseudonymOf('127.0.0.1') })
  expect(own[0]!.traceId).toMatch(/^[\da-f]{32}$/)
  expect(await events({ actor: pseudonymOf(email) })).toMatchObject([
    { action: 'sign-in', outcome: 'refused', details: { code: 'wrong-credentials' } },
  ])
})

test('nothing in the log tells who somebody is', async () => {
  const email = await signUp(api.browser(), 'ada.lovelace@example.com')
  await api.browser().post('/api/v1/sign-in', { email, password: 'a wrong one' })
  const { rows } = await sql`select * from audit_log`.execute(installation.admin)
  expect(rows.length).toBeGreaterThan(3)
  expect(JSON.stringify(rows)).not.toMatch(/lovelace|127\.0\.0\.1|a wrong one/i)
})

test('a guest’s beginning is told', async () => {
  const visitor = await guest(api)
  expect(await events({ actor: pseudonymOf(await userIdOf(visitor)) })).toMatchObject([
    { action: 'guest-sign-in', outcome: 'completed' },
  ])
})

test('what an administrator does is told: keys set and removed, the log read out, who is who', async () => {
  const actor = pseudonymOf(administrator.userId)
  await browser.fetch('/api/v1/admin/providers/openai/key', {
    method: 'PUT',
    json: { key: 'sk-0123456789' },
  })
  await browser.fetch('/api/v1/admin/providers/openai/key', { method: 'DELETE' })
  await (await browser.get('/api/v1/admin/audit-log/export')).text()
  await pseudonymsOf('203.0.113.9')
  const told = await events({ actor })
  expect(told.slice(0, 4)).toMatchObject([
    { action: 'pseudonym-question', subject: pseudonymOf('203.0.113.9') },
    { action: 'audit-log-export' },
    { action: 'provider-key-removal', details: { provider: 'openai' }, actorKind: 'admin' },
    { action: 'provider-key-set', details: { provider: 'openai' } },
  ])
})

test('the list is paged without gap or repeat, and filtered', async () => {
  const all = await events()
  const paged: AuditEvent[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: AuditLogPage = await browser.json(
      `/api/v1/admin/audit-log?limit=3${cursor && `&cursor=${cursor}`}`,
    )
    paged.push(...page.events)
    cursor = page.nextCursor
  }
  expect(paged).toEqual(all)
  expect(paged.map(({ id }) => id)).toEqual(
    paged
      .map(({ id }) => id)
      .toSorted()
      .toReversed(),
  )

  const refused = await events({ outcome: 'refused' })
  expect(refused).toEqual(all.filter(({ outcome }) => outcome === 'refused'))
  expect(refused.length).toBeGreaterThan(0)
  const { at } = all[2]!
  expect(await events({ until: at })).toEqual(all.filter((event) => event.at < at))
  expect(await events({ from: at })).toEqual(all.filter((event) => event.at >= at))
  expect(await events({ action: 'sign-up', subject: pseudonymOf('nobody') })).toEqual([])
})

test('the export has every event of the list, a line each, beyond one batch', async () => {
  const id = sql<string>`(select id from audit_log order by id desc limit 1)`
  await sql`
    insert into audit_log (id, created_at, actor_kind, action, outcome)
    select v.id, public.uuid_v7_time(v.id), 'service', 'seeded', 'completed'
    from (
      select (substr(x.id::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid as id
      from (select ${id} as id) x, generate_series(1, 2500) n
    ) v
  `.execute(installation.db)
  const response = await browser.get('/api/v1/admin/audit-log/export?action=seeded')
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=brainlyx/)
  const lines = (await response.text()).trimEnd().split('\n')
  const ids = lines.map((line) => (JSON.parse(line) as AuditEvent).id)
  expect(new Set(ids).size).toBe(2_500)
  expect(ids).toEqual(ids.toSorted().toReversed())
})

test('who runs the service can neither change, delete nor empty the log, nor one of its months', async () => {
  const { db } = installation
  const { rows } = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_log'::regclass
  `.execute(db)
  expect(rows.length).toBeGreaterThan(5)
  for (const name of ['audit_log', ...rows.map((row) => row.name)]) {
    const table = sql.table(name)
    const attempts = [
      sql`update ${table} set action = 'nothing'`,
      sql`delete from ${table}`,
      sql`truncate ${table}`,
      sql`drop table ${table}`,
      sql`alter table ${table} disable trigger all`,
      sql`insert into ${table} select * from ${table} on conflict do nothing returning (select 1)`,
    ].slice(0, name === 'audit_log' ? 5 : 6)
    for (const attempt of attempts) {
      await expect(attempt.execute(db), name).rejects.toThrow(/permission denied|must be owner/)
    }
  }
})
