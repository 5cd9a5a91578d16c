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
 * Two roles: one owns the database and migrates it, the services run as the other, which owns nothing.
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
    const found = await client.query("select 1 from pg_database where datname = 'brainlyx'")
    if (found.rowCount === 0) await client.query('create database brainlyx owner brainlyx_owner')
  } finally {
    await client.end()
  }
}
