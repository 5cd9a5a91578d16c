import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { SYSTEM_ROLE } from '../row-level-security/system-access.ts'

/**
 * Sees to the role that the runtime role turns into for the system. Roles belong to the whole server, and the owner of
 * one database may often not make any: then a person has to, once.
 * @throws what to run, and as whom
 */
export async function ensureSystemRole(db: Kysely<unknown>, appRole: string): Promise<void> {
  const [role, app] = [sql.id(SYSTEM_ROLE), sql.id(appRole)]
  const { rows } = await sql<{ exists: boolean; ready: boolean }>`
    select
      system.oid is not null as exists,
      pg_has_role(app.oid, system.oid, 'member') and not pg_has_role(app.oid, system.oid, 'usage') as ready
    from pg_roles app left join pg_roles system on system.rolname = ${SYSTEM_ROLE}
    where app.rolname = ${appRole}
  `.execute(db)
  const found = rows[0]
  if (found === undefined) throw new Error(`role "${appRole}" does not exist`)
  if (found.ready) return
  try {
    if (!found.exists) await sql`create role ${role}`.execute(db)
    await sql`alter role ${app} noinherit`.execute(db)
    await sql`grant ${role} to ${app}`.execute(db)
  } catch (error) {
    throw new Error(
      `The runtime role cannot turn into ${SYSTEM_ROLE}. Run this once as a superuser, and migrate again: ` +
        `create role ${SYSTEM_ROLE}; alter role ${appRole} noinherit; grant ${SYSTEM_ROLE} to ${appRole};`,
      { cause: error },
    )
  }
}
