import type { Client } from 'pg'
import { withDatabase, withRole } from './connection-url.ts'

export interface TestDatabaseTemplate {
  /** Lower-case letters. */
  readonly name: string
  /** Changes when what `prepare` makes changes; lower-case letters and digits. */
  readonly key: string
  /** Owns the database and what is in it. */
  readonly ownerRole: string
  /** What the services connect as. */
  readonly appRole: string
  /** What the services turn into for work that concerns more than one user; nobody logs in as it. */
  readonly systemRole?: string
  /** Fills the empty template. */
  readonly prepare: (ownerUrl: string) => Promise<void>
}

/** One maker at a time in the whole cluster: vitest runs many files and packages at once. */
const LOCK_ID = 7_236_518_201

/** Makes the template unless there is one. @returns its name */
export async function ensureTemplate(
  admin: Client,
  adminUrl: string,
  template: TestDatabaseTemplate,
): Promise<string> {
  const name = `template_${template.name}_${template.key}`
  if (await exists(admin, name)) return name
  await admin.query('select pg_advisory_lock($1)', [LOCK_ID])
  try {
    if (await exists(admin, name)) return name
    await ensureRole(admin, template.ownerRole)
    await ensureRole(admin, template.appRole)
    if (template.systemRole !== undefined) {
      await ensureSystemRole(admin, template.systemRole, template.appRole)
    }
    // Filled under another name, so that one that was left half made is never cloned.
    const draft = `draft_${template.name}`
    await admin.query(`drop database if exists ${draft} with (force)`)
    await admin.query(`create database ${draft} owner ${template.ownerRole}`)
    await template.prepare(withRole(withDatabase(adminUrl, draft), template.ownerRole))
    await dropOutdated(admin, template.name)
    await admin.query(`alter database ${draft} rename to ${name}`)
    return name
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [LOCK_ID])
  }
}

async function dropOutdated(admin: Client, templateName: string): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [`template_${templateName}_`],
  )
  for (const { datname } of rows)
    await admin.query(`drop database if exists ${datname} with (force)`)
}

async function exists(admin: Client, database: string): Promise<boolean> {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [database])
  return rowCount === 1
}

async function ensureRole(admin: Client, role: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role])
  if (rowCount === 0) await admin.query(`create role ${role}`)
  await admin.query(
    `alter role ${role} login nosuperuser nocreatedb nocreaterole password '${role}'`,
  )
}

async function ensureSystemRole(admin: Client, role: string, appRole: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role])
  if (rowCount === 0) await admin.query(`create role ${role}`)
  await admin.query(`alter role ${appRole} noinherit`)
  await admin.query(`grant ${role} to ${appRole}`)
}
