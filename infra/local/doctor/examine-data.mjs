import { readdirSync } from 'node:fs'
import { answersPing } from '../data/redis.mjs'
import { inRepository } from '../paths.mjs'

/** @typedef {import('./examination.mjs').Finding} Finding */

/**
 * @param {import('../services/service-catalogue.mjs').DataUrls} urls
 * @returns {Promise<Finding[]>}
 */
export async function examineData(urls) {
  return [
    await examinePostgres(urls.app),
    await examineMigrations(urls),
    await examineRedis(urls.redis),
  ]
}

/**
 * @param {string} url
 * @returns {Promise<Finding>}
 */
async function examinePostgres(url) {
  try {
    const [row] = await query(url, 'show server_version')
    return { ok: true, what: `Postgres ${String(row?.['server_version'])} answers` }
  } catch (error) {
    return {
      ok: false,
      what: `Postgres does not answer: ${messageOf(error)}`,
      mend: 'Check DATABASE_URL, or see .local/logs/postgres.log.',
    }
  }
}

/**
 * Only the owner may read which migrations have run.
 * @param {import('../services/service-catalogue.mjs').DataUrls} urls
 * @returns {Promise<Finding>}
 */
async function examineMigrations({ owner }) {
  const wanted = readdirSync(inRepository('packages', 'db', 'src', 'migrations'))
    .filter((name) => /^\d.*(?<!\.test)\.ts$/.test(name))
    .map((name) => name.replace(/\.ts$/, ''))
  try {
    const rows = await query(owner, 'select name from kysely_migration')
    const done = new Set(rows.map((row) => row['name']))
    const missing = wanted.filter((name) => !done.has(name)).length
    if (missing === 0) return { ok: true, what: `all ${wanted.length} migrations have run` }
    return { ok: false, what: `${missing} migrations have not run`, mend: '`npm start` runs them.' }
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code === '42P01') {
      return {
        ok: true,
        what: `the database is new; \`npm start\` runs its ${wanted.length} migrations`,
      }
    }
    return {
      ok: false,
      what: `the migrations’ state is unknown: ${messageOf(error)}`,
      mend: 'DATABASE_OWNER_URL must name the role that owns the tables.',
    }
  }
}

/**
 * @param {string} url
 * @returns {Promise<Finding>}
 */
async function examineRedis(url) {
  try {
    await answersPing(redisServer(url))
    return { ok: true, what: 'Redis answers' }
  } catch (error) {
    return {
      ok: false,
      what: `Redis does not answer: ${messageOf(error)}`,
      mend: 'Check REDIS_URL, or see .local/logs/redis.log.',
    }
  }
}

/** @param {string} url */
function redisServer(url) {
  const { hostname, port, username, password, protocol } = new URL(url)
  return {
    host: hostname,
    port: Number(port || 6379),
    tls: protocol === 'rediss:',
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
  }
}

/**
 * @param {string} url
 * @param {string} sql
 * @returns {Promise<Record<string, unknown>[]>}
 */
async function query(url, sql) {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query(sql)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** @param {unknown} error */
function messageOf(error) {
  const { message, errors } = /** @type {AggregateError} */ (error)
  return message || errors?.[0]?.message || 'no reason given'
}
