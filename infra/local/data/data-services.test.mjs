import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isAlive } from '../process/is-alive.mjs'
import { livingHolder } from '../process/pid-file.mjs'

const ensureServices = new URL('ensure-data-services.mjs', import.meta.url).href
const profilesUrl = new URL('profile.mjs', import.meta.url).href

/** @type {string} */
let folder
/** @type {import('node:child_process').ChildProcess[]} */
let users = []
/** @type {Set<number>} */
const seen = new Set()

beforeEach(() => {
  // Postgres refuses to run as root: its user must get in.
  folder = mkdtempSync(join(tmpdir(), 'data services '))
  chmodSync(folder, 0o755)
})

afterEach(async () => {
  for (const user of users) user.kill('SIGKILL')
  users = []
  await vi.waitUntil(() => ![...seen].some((pid) => isAlive(pid)), { timeout: 20_000 })
  seen.clear()
  rmSync(folder, { recursive: true })
})

/**
 * A command of a clone whose `.local` is this test's folder.
 * @param {string} before code
 * @param {string} after code
 */
function spawnUser(before, after) {
  const code = `import { ensureDataServices } from '${ensureServices}'
    import { profiles } from '${profilesUrl}'
    ${before}
    const { urls, revive } = await ensureDataServices(profiles.local)
    console.log(JSON.stringify(urls))
    setInterval(revive, 300)
    ${after}`
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, BRAINLYX_LOCAL_FOLDER: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** @returns {Promise<{ process: import('node:child_process').ChildProcess, urls: Record<string, string> }>} */
async function startUser() {
  const child = spawnUser('', '')
  users.push(child)
  let said = ''
  child.stdout.on('data', (bytes) => {
    said += String(bytes)
  })
  await expect.poll(() => said, { timeout: 25_000 }).toContain('\n')
  for (const pid of Object.values(pids())) seen.add(pid)
  return { process: child, urls: JSON.parse(said) }
}

/** Of the supervisor, Postgres and Redis. */
function pids() {
  const first = (/** @type {string[]} */ ...path) =>
    Number.parseInt(readFileSync(join(folder, ...path), 'utf8'), 10)
  return {
    supervisor: first('run', 'data-supervisor.pid'),
    postgres: first('postgres', 'postmaster.pid'),
    redis: first('redis', 'redis.pid'),
  }
}

/**
 * @param {string} url
 * @param {string} sql
 */
async function query(url, sql) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('the runtime role owns nothing and the owner is no superuser', async () => {
  const { urls } = await startUser()
  expect(await query(urls['owner'] ?? '', 'show is_superuser')).toEqual([{ is_superuser: 'off' }])
  await query(urls['owner'] ?? '', 'create table mine (n int)')
  await expect(query(urls['app'] ?? '', 'create table theirs (n int)')).rejects.toThrow(
    'permission',
  )
  await expect(query(urls['app'] ?? '', 'drop table mine')).rejects.toThrow('owner')
  const wrong = (urls['app'] ?? '').replace(/:[^:@]+@/, ':wrong@')
  await expect(query(wrong, 'select 1')).rejects.toThrow('password')
}, 60_000)

test('two commands share them, and they end with the last, also when it is killed; the data stays', async () => {
  const [one, other] = await Promise.all([startUser(), startUser()])
  expect(one.urls).toEqual(other.urls)
  const owner = one.urls['owner'] ?? ''
  await query(owner, 'create table kept (n int); insert into kept values (7)')
  const running = Object.values(pids())

  one.process.kill('SIGKILL')
  expect(await query(owner, 'select n from kept')).toEqual([{ n: 7 }])
  other.process.kill('SIGKILL')
  for (const pid of running) {
    await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false)
  }

  const again = await startUser()
  expect(await query(again.urls['owner'] ?? '', 'select n from kept')).toEqual([{ n: 7 }])
}, 90_000)

test('Postgres, Redis and their supervisor are each started again when killed', async () => {
  const { urls } = await startUser()
  const owner = urls['owner'] ?? ''
  for (const name of /** @type {const} */ (['postgres', 'redis', 'supervisor'])) {
    const before = pids()[name]
    process.kill(before, 'SIGKILL')
    await expect
      .poll(() => query(owner, 'select 1 as one').catch(() => pids()), { timeout: 25_000 })
      .toEqual([{ one: 1 }])
    await expect.poll(() => readOrNothing()[name], { timeout: 25_000 }).not.toBe(before)
    for (const pid of Object.values(pids())) seen.add(pid)
  }
}, 120_000)

function readOrNothing() {
  try {
    return pids()
  } catch {
    return { supervisor: 0, postgres: 0, redis: 0 }
  }
}

test('what keeps them from starting is said by every command that waits, and nothing is left', async () => {
  writeFileSync(join(folder, 'redis'), 'in the way')
  const failures = await Promise.all([1, 2].map(() => failureOfUser()))
  for (const said of failures) expect(said).toMatch(/EEXIST|ENOTDIR|not a directory/i)
  await vi.waitUntil(() => livingHolder(join(folder, 'run', 'data-supervisor.pid')) === undefined)
  expect(isAlive(readOrNothing().postgres)).toBe(false)
}, 60_000)

/** What a command says that cannot have them. */
async function failureOfUser() {
  const child = spawnUser('try {', '} catch (error) { console.log(error.message) }')
  let said = ''
  child.stdout.on('data', (bytes) => {
    said += String(bytes)
  })
  await once(child, 'exit')
  return said
}
