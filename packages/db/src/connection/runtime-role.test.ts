import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { migrate } from '../migrate/run-migrations.ts'
import { testDatabase } from '../testing/test-database.ts'
import { createDatabase } from './create-database.ts'
import { pingDatabase } from './ping.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test' })
afterAll(async () => {
  await db.destroy()
  await database.close()
})

test.each([
  'create table mine (id int)',
  'create temporary table mine (id int)',
  'create schema mine',
  'create function mine() returns int language sql return 1',
  'alter table chat_history add column extra text',
  'alter table users disable trigger all',
  'drop table outbox',
  'truncate turns',
  'create index mine on users (name)',
  'insert into kysely_migration (name, timestamp) values (1, 1)',
  'create role mine',
  'set role brainlyx_owner',
])('the runtime role may not: %s', async (statement) => {
  await expect(sql.raw(statement).execute(db)).rejects.toMatchObject({ code: '42501' })
})

test('the runtime role owns nothing', async () => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relowner = current_user::regrole
    union all select nspname from pg_namespace where nspowner = current_user::regrole
    union all select proname from pg_proc where proowner = current_user::regrole
  `.execute(db)
  expect(rows).toEqual([])
})

test('the runtime role reads and writes every table of ours and the auth library’s, only adds to the audit log, and has nothing of maintenance', async () => {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not like 'kysely%'
      and not (
        has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
        and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete')
      )
    order by 1
  `.execute(db)
  expect(rows).toEqual([{ name: 'public.audit_log' }, { name: 'public.packing_changes' }])
  const { rows: rights } = await sql`
    select
      has_table_privilege('audit_log', 'select') and has_table_privilege('audit_log', 'insert') as adds,
      has_table_privilege('audit_log', 'update') or has_table_privilege('audit_log', 'delete')
        or has_table_privilege('audit_log', 'truncate') as changes,
      has_table_privilege('packing_changes', 'select') as maintains
  `.execute(db)
  expect(rights).toEqual([{ adds: true, changes: false, maintains: false }])
})

test('migrating a database that is up to date does nothing, also ten times at once', async () => {
  const reports = await Promise.all(
    Array.from({ length: 10 }, () => migrate(database.ownerUrl, { appRole: 'brainlyx_app' })),
  )
  for (const report of reports) expect(report).toEqual({ applied: [], indexes: [], partitions: [] })
})

test('a connection that the server closes is replaced and ends nothing', async () => {
  const broken: Error[] = []
  const own = createDatabase({
    url: database.url,
    name: 'to-be-closed',
    poolSize: 1,
    onIdleError: (error) => broken.push(error),
  })
  const admin = createDatabase({ url: database.adminUrl, name: 'admin', poolSize: 1 })
  try {
    await pingDatabase(own)
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to-be-closed'
    `.execute(admin)
    await expect.poll(() => broken.length).toBe(1)
    await pingDatabase(own)
  } finally {
    await own.destroy()
    await admin.destroy()
  }
})
