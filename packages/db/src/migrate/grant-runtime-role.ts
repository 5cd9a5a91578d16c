import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { SYSTEM_ROLE, systemAccess } from '../row-level-security/system-access.ts'

/** What was written stays as it was, whoever has taken over a service. */
const APPEND_ONLY: ReadonlySet<string> = new Set(['audit_log'])

/** What only the owner's maintenance uses: the copy of a month and what changes meanwhile. */
const MAINTENANCE = '^packing_changes$|_(packing|unpacked)$'

/**
 * The runtime role reads and writes rows and runs our functions; it makes, changes and owns nothing. Rights on a
 * partitioned table reach its partitions, whoever made them, as long as they are queried through it.
 */
export async function grantRuntimeRole(db: Kysely<unknown>, appRole: string): Promise<void> {
  const role = sql.id(appRole)
  const { rows } = await sql<{ database: string }>`select current_database() as database`.execute(
    db,
  )
  const database = sql.id(rows[0]!.database)
  await sql`revoke all on database ${database} from public`.execute(db)
  await sql`grant connect on database ${database} to ${role}`.execute(db)
  await sql`revoke create on schema public from public`.execute(db)
  await sql`grant usage on schema public, auth to ${role}`.execute(db)
  await sql`revoke all on all functions in schema public from public`.execute(db)
  await sql`grant execute on all functions in schema public to ${role}`.execute(db)

  const tables = await sql<{ schema: string; name: string }>`
    select n.nspname as schema, c.relname as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'auth')
      and c.relkind in ('r', 'p')
      and not c.relispartition
      and c.relname not like 'kysely\\_%'
      and c.relname !~ ${MAINTENANCE}
    order by 1, 2
  `.execute(db)
  for (const { schema, name } of tables.rows) {
    const table = sql.id(schema, name)
    if (APPEND_ONLY.has(name)) {
      await sql`revoke update, delete on ${table} from ${role}`.execute(db)
      await sql`grant select, insert on ${table} to ${role}`.execute(db)
    } else await sql`grant select, insert, update, delete on ${table} to ${role}`.execute(db)
  }
  await grantSystemRole(db)
}

/** What `systemAccess` lists, of whatever name; the policies tell the names apart. */
async function grantSystemRole(db: Kysely<unknown>): Promise<void> {
  const role = sql.id(SYSTEM_ROLE)
  await sql`grant usage on schema public to ${role}`.execute(db)
  await sql`
    grant execute on function acting_user_id(), acting_system(), uuid_v7_time(uuid), merge_spending(uuid, uuid)
    to ${role}
  `.execute(db)
  for (const { tables } of Object.values(systemAccess)) {
    for (const [table, commands] of Object.entries(tables)) {
      await sql`
        grant ${sql.raw(commands.join(', '))} on ${sql.id('public', table)} to ${role}
      `.execute(db)
    }
  }
}
