import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  closeSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { explainText } from '../explain-error.mjs'
import { Failure } from '../failure.mjs'
import { commandLineOf } from '../process/command-line-of.mjs'
import { endWithParent } from '../process/end-with-parent.mjs'
import { isAlive } from '../process/is-alive.mjs'
import { giveToUnprivileged, unprivilegedUser } from './unprivileged-user.mjs'

/**
 * @typedef {object} PostgresOptions
 * @property {string} binaries folder
 * @property {string} folder the cluster's
 * @property {number} port
 * @property {string} password of the superuser `postgres`
 * @property {boolean} durable false: loses everything in a crash, twice as fast
 * @property {string} logFile
 */

/**
 * Makes the cluster unless there is one. It appears under its name only once it is complete.
 * @param {PostgresOptions} options
 */
export function ensureCluster({ binaries, folder, password, durable }) {
  if (existsSync(join(folder, 'PG_VERSION'))) return
  rmSync(folder, { recursive: true, force: true })
  const draft = mkdtempSync(`${folder}-`)
  const passwordFile = join(draft, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  const cluster = join(draft, 'cluster')
  mkdirSync(cluster, { mode: 0o700 })
  for (const path of [draft, passwordFile, cluster]) giveToUnprivileged(path)
  const made = spawnSync(
    join(binaries, 'initdb'),
    [
      `--pgdata=${cluster}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      `--locale=${process.platform === 'linux' ? 'C.UTF-8' : 'C'}`,
      ...(durable ? [] : ['--no-sync']),
    ],
    { ...unprivilegedUser, cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } },
  )
  try {
    if (made.status !== 0) {
      const output = `${made.stdout ?? ''}${made.stderr ?? ''}${made.error?.message ?? ''}`
      throw (
        explainText(output) ??
        new Failure('Postgres could not make its data folder.', { details: output })
      )
    }
    renameSync(cluster, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/**
 * @param {PostgresOptions} options
 * @returns {import('node:child_process').ChildProcess}
 */
export function spawnPostgres({ binaries, folder, port, durable, logFile }) {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    // A socket's path may have 107 characters, a clone's more.
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    ...(durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  }
  const run = endWithParent(
    join(binaries, 'postgres'),
    [
      '-D',
      folder,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    'INT',
    unprivilegedUser,
  )
  const log = openSync(logFile, 'a')
  const child = spawn(run.command, run.parameters, {
    ...run.user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C' },
  })
  closeSync(log)
  return child
}

/**
 * Stops a server that a supervisor which was killed has left on this folder: two must never run on it.
 * @param {string} folder
 */
export async function stopLeftoverPostgres(folder) {
  const file = join(folder, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (isAlive(pid) && commandLineOf(pid).includes(folder)) {
    process.kill(pid, 'SIGINT')
    for (let waitedMs = 0; isAlive(pid) && waitedMs < 15_000; waitedMs += 50) await sleep(50)
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  // After a crash its number may by now be another program's, which Postgres would take for itself.
  rmSync(file, { force: true })
}
