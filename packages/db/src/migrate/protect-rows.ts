import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** For migrations: what they have once made stays as it is, so these do not change either. */

/**
 * Closes a table to all but the user that a row belongs to, the owner of the table included. What the system may do
 * there comes on top, by `admitSystem`. Partitions that exist are closed to whoever asks them directly; those to come
 * are closed by `ensure_month_partitions`.
 * @param userColumn of the user's id
 */
export async function protectUserRows(
  db: Kysely<unknown>,
  table: string,
  userColumn = 'user_id',
): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relid::regclass::text as name from pg_partition_tree(${`public.${table}`}::regclass)
    union select ${table}
  `.execute(db)
  for (const { name } of rows) {
    await sql`
      alter table public.${sql.id(name)} enable row level security, force row level security
    `.execute(db)
  }
  // The sub-select is evaluated once a query, a bare call once a row.
  await sql`
    create policy user_rows on public.${sql.id(table)}
    using (${sql.id(userColumn)} = (select public.acting_user_id()))
  `.execute(db)
}

/**
 * Lets `brainlyx_system` do `command` with every row, where it says one of these names of `systemAccess`; all of this
 * command. Apart from the role, the policies of users would be checked together with these, which no index can help.
 */
export async function admitSystem(
  db: Kysely<unknown>,
  table: string,
  command: 'select' | 'insert' | 'update' | 'delete',
  names: readonly string[],
): Promise<void> {
  const policy = sql.id(`system_${command}`)
  const admitted = sql`((select public.acting_system()) in (${sql.join(names.map((name) => sql.lit(name)))}))`
  await sql`drop policy if exists ${policy} on public.${sql.id(table)}`.execute(db)
  await sql`
    create policy ${policy} on public.${sql.id(table)} for ${sql.raw(command)} to brainlyx_system
    ${command === 'insert' ? sql`with check` : sql`using`} ${admitted}
  `.execute(db)
}

/** The same beside those whom earlier migrations admitted, whoever they are. */
export async function admitSystemToo(
  db: Kysely<unknown>,
  table: string,
  command: 'select' | 'insert' | 'update' | 'delete',
  names: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ text: string }>`
    select coalesce(qual, with_check) as text from pg_policies
    where schemaname = 'public' and tablename = ${table} and policyname = ${`system_${command}`}
  `.execute(db)
  const admitted = [...(rows[0]?.text ?? '').matchAll(/'([a-z-]+)'::text/g)].map(
    ([, name]) => name!,
  )
  await admitSystem(db, table, command, [...new Set([...admitted, ...names])].toSorted())
}
