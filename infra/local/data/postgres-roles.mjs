import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/**
 * Waits until the server takes connections.
 * @param {string} url
 * @param {() => boolean} hasEnded whether the server's process has
 */
export async function waitForPostgres(url, hasEnded) {
  const deadline = performance.now() + 60_000
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => undefined)
      if (hasEnded() || performance.now() > deadline) throw error
    }
    await sleep(30)
  }
}

/**
 * Three roles: one owns the database and migrates it, the services run as another, which owns nothing and turns into
 * the third for what it does for more than one user. It does not inherit that: its policies would be checked each time.
 * @param {string} superuserUrl
 * @param {{ owner: string, app: string }} passwords base64url
 */
export async function ensureRolesAndDatabase(superuserUrl, passwords) {
  const client = new pg.Client({ connectionString: superuserUrl })
  client.on('error', () => undefined)
  await client.connect()
  try {
    for (const [role, password] of [
      ['brainlyx_owner', passwords.owner],
      ['brainlyx_app', passwords.app],
    ]) {
      const found = await client.query('select 1 from pg_roles where rolname = $1', [role])
      if (found.rowCount === 0) await client.query(`create role ${role}`)
      await client.query(
        `alter role ${role} login nosuperuser nocreatedb nocreaterole password '${password}'`,
      )
    }
    const system = await client.query("select 1 from pg_roles where rolname = 'brainlyx_system'")
    if (system.rowCount === 0) await client.query('create role brainlyx_system')
    await client.query('alter role brainlyx_app noinherit')
    await client.query('grant brainlyx_system to brainlyx_app')
    const found = await client.query("select 1 from pg_database where datname = 'brainlyx'")
    if (found.rowCount === 0) await client.query('create database brainlyx owner brainlyx_owner')
  } finally {
    await client.end()
  }
}
