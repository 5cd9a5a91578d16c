import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { ensurePartitionFor } from '../partitions/ensure-partitions.ts'
import { createDataRequest } from '../rights/data-request.repository.ts'
import { arrangeGuest, arrangeTurn } from '../testing/arrange-chat.ts'
import { testDatabase } from '../testing/test-database.ts'
import { asSystem } from './as-user.ts'
import { systemAccess } from './system-access.ts'
import type { Command, SystemName } from './system-access.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 1 })
const admin = createDatabase({ url: database.adminUrl, name: 'test', poolSize: 1 })
afterAll(async () => {
  await db.destroy()
  await admin.destroy()
  await database.close()
})

for (const _ of ['one', 'another']) {
  const { id: userId } = await arrangeGuest(db)
  await arrangeTurn(db, { userId, owner: 'process-a' })
  await db
    .transaction()
    .execute((transaction) => createDataRequest(transaction, { userId, kind: 'export' }))
}
const tables = [
  'users',
  'authIdentities',
  'chatSessions',
  'chatHistory',
  'turns',
  'dataRequests',
] as const
const names = Object.keys(systemAccess) as SystemName[]

interface ProtectedTable {
  name: string
  isPartition: boolean
  isEnabled: boolean
  isForced: boolean
  policies: string[]
}

/** Every table with the column `user_id`, and `users`; with partitions, whoever made them. */
async function tablesOfUsers(): Promise<ProtectedTable[]> {
  const { rows } = await sql<ProtectedTable>`
    select c.relname as name, c.relispartition as is_partition,
      c.relrowsecurity as is_enabled, c.relforcerowsecurity as is_forced,
      coalesce(
        array(
          select pg_get_expr(p.polqual, p.polrelid) from pg_policy p
          where p.polrelid = c.oid and p.polcmd = '*' and p.polroles = '{0}'
        ), '{}'
      ) as policies
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and (
        c.relname = 'users'
        or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped)
      )
    order by c.relname
  `.execute(admin)
  return rows
}

test('every table of users’ rows is closed to its owner too, and opened by one policy of the user', async () => {
  await ensurePartitionFor(db, new Date('2027-12-01T00:00:00Z'))
  const tables = await tablesOfUsers()
  expect(tables.filter((table) => !table.isEnabled || !table.isForced)).toEqual([])
  const parents = tables.filter((table) => !table.isPartition)
  expect(parents.length).toBeGreaterThanOrEqual(6)
  for (const { name, policies } of parents) {
    const column = name === 'users' ? 'id' : 'user_id'
    expect(policies, name).toEqual([`(${column} = ( SELECT acting_user_id() AS acting_user_id))`])
  }
  const partitions = tables.filter((table) => table.isPartition)
  expect(partitions.map((table) => table.name)).toContain('chat_history_y2027m12')
  expect(partitions.filter((table) => table.policies.length > 0)).toEqual([])
})

test('what the policies admit the system to is what the list says, to the name', async () => {
  const { rows } = await sql<{ table: string; command: string; roles: string; text: string }>`
    select tablename as table, lower(cmd) as command, array_to_string(roles, ',') as roles,
      coalesce(qual, with_check) as text
    from pg_policies
    where schemaname = 'public'
      and policyname not in ('user_rows', 'search_rows', 'ledger_rows', 'owner_tells')
  `.execute(admin)
  const admitted = rows.map(({ table, command, roles, text }) => ({
    what: `${command} ${table} as ${roles}`,
    names: [...text.matchAll(/'([a-z-]+)'::text/g)].map((match) => match[1]!).toSorted(),
  }))
  const closed = new Set((await tablesOfUsers()).map((table) => table.name))
  const listed = new Map<string, string[]>()
  for (const name of names) {
    const tables: Readonly<Record<string, readonly Command[]>> = systemAccess[name].tables
    for (const [table, commands] of Object.entries(tables)) {
      if (!closed.has(table)) continue
      for (const command of commands) {
        const what = `${command} ${table} as brainlyx_system`
        listed.set(what, [...(listed.get(what) ?? []), name])
      }
    }
  }
  expect(new Map(admitted.map(({ what, names: of }) => [what, of]))).toEqual(
    new Map([...listed].map(([what, of]) => [what, of.toSorted()])),
  )
})

test('beside users and the system, the owner alone is admitted: to messages, keys and the ledger’s sums', async () => {
  const { rows } = await sql`
    select policyname as name, tablename as table, cmd as command, roles::text[] as roles
    from pg_policies
    where schemaname = 'public' and policyname not like 'system%' and policyname <> 'user_rows'
    order by policyname, tablename
  `.execute(admin)
  expect(rows).toEqual([
    { name: 'ledger_rows', table: 'budgets', command: 'ALL', roles: ['brainlyx_owner'] },
    { name: 'ledger_rows', table: 'usage_days', command: 'ALL', roles: ['brainlyx_owner'] },
    { name: 'owner_tells', table: 'api_keys', command: 'ALL', roles: ['brainlyx_owner'] },
    { name: 'search_rows', table: 'chat_history', command: 'SELECT', roles: ['brainlyx_owner'] },
  ])
})

test.each(names)('%s reads its tables and no other', async (name) => {
  for (const table of tables) {
    const rows = await asSystem(db, name).selectFrom(table).select('createdAt').execute()
    expect(rows.length, table).toBe(isListed(name, table, 'select') ? 2 : 0)
  }
})

test.each(names)('%s deletes from its tables and from no other', async (name) => {
  for (const table of tables) {
    const transaction = await db.startTransaction().execute()
    const outcome = await asSystem(transaction, name)
      .deleteFrom(table)
      .executeTakeFirst()
      .then(
        ({ numDeletedRows }) => Number(numDeletedRows),
        (error: { code: string }) => error.code,
      )
    await transaction.rollback().execute()
    // A user whose chats are there is found and kept, and what may not delete finds nothing or is not let in.
    const expected = isListed(name, table, 'delete') ? [2, '23503'] : [0, '42501']
    expect(expected, table).toContain(outcome)
  }
})

test('the runtime role does not have the system’s rights without turning into it', async () => {
  const { rows } = await sql<{ inherits: boolean; member: boolean; login: boolean }>`
    select pg_has_role('brainlyx_app', oid, 'usage') as inherits,
      pg_has_role('brainlyx_app', oid, 'member') as member, rolcanlogin as login
    from pg_roles where rolname = 'brainlyx_system'
  `.execute(admin)
  expect(rows).toEqual([{ inherits: false, member: true, login: false }])
})

test('as the system role, saying no name is as good as nothing', async () => {
  await expect(
    db.transaction().execute(async (transaction) => {
      await sql`set local role brainlyx_system`.execute(transaction)
      await sql`select * from turns`.execute(transaction)
    }),
  ).rejects.toMatchObject({ code: '42501' })
})

function isListed(name: SystemName, table: (typeof tables)[number], command: Command): boolean {
  const listed: Readonly<Record<string, readonly Command[]>> = systemAccess[name].tables
  const inPostgres = table.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return listed[inPostgres]?.includes(command) === true
}
