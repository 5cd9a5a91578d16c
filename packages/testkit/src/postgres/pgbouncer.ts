import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitForPostgres } from '../../../../infra/local/data/postgres-roles.mjs'
import { unprivilegedUser } from '../../../../infra/local/data/unprivileged-user.mjs'
import { endWithParent } from '../../../../infra/local/process/end-with-parent.mjs'
import { findOnPath } from '../../../../infra/local/process/find-on-path.mjs'
import { runProgram } from '../../../../infra/local/process/run-program.mjs'
import { freePort } from './free-port.ts'
import { giveFolder } from './give-folder.ts'

export interface PgBouncer {
  readonly version: string
  /** `directUrl`, by way of it. */
  url(directUrl: string): string
}

/**
 * PgBouncer in transaction mode in front of the server of `directUrl`, with one connection to it for each database and
 * user, so that its clients share it all the time. The machine's own, else Debian's, which only root can install.
 * @returns a sentence that says why there is none
 */
export async function startPgBouncer(
  releases: AsyncDisposableStack,
  directUrl: string,
): Promise<PgBouncer | { reason: string }> {
  const found = await findOrInstallPgBouncer()
  if ('reason' in found) return found
  const { hostname, port: serverPort } = new URL(directUrl)
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'))
  releases.defer(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const { username, password } = new URL(directUrl)
  writeFileSync(join(folder, 'users'), `"${username}" "${password}"\n`)
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users')}
pool_mode = transaction
default_pool_size = 1
max_client_conn = 200
`,
  )
  giveFolder(folder, 0o755)
  const { command, parameters, user } = endWithParent(
    found.path,
    [join(folder, 'pgbouncer.ini')],
    'INT',
    unprivilegedUser,
  )
  const log = openSync(join(folder, 'log'), 'a')
  const child = spawn(command, parameters, { ...user, cwd: '/', stdio: ['ignore', log, log] })
  closeSync(log)
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  releases.defer(async () => {
    if (hasEnded()) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  })
  const url = (direct: string): string => {
    const changed = new URL(direct)
    changed.host = `127.0.0.1:${port}`
    return changed.href
  }
  await waitForPostgres(url(directUrl), hasEnded)
  return { version: versionOf(found.path), url }
}

async function findOrInstallPgBouncer(): Promise<{ path: string } | { reason: string }> {
  const installed = pathOfPgBouncer()
  if (installed !== undefined) return { path: installed }
  if (findOnPath('apt-get') === undefined || process.getuid?.() !== 0) {
    return { reason: 'there is no pgbouncer, and only root can install Debian’s by apt-get' }
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const parameters = ['install', '-y', '--no-install-recommends', 'pgbouncer']
  const { ok } = await runProgram('apt-get', parameters, { env })
  if (!ok) {
    await runProgram('apt-get', ['update'], { env })
    await runProgram('apt-get', parameters, { env })
  }
  const path = pathOfPgBouncer()
  return path === undefined ? { reason: 'apt-get could not install pgbouncer' } : { path }
}

function pathOfPgBouncer(): string | undefined {
  return findOnPath('pgbouncer', `${process.env['PATH'] ?? ''}:/usr/sbin`)
}

function versionOf(path: string): string {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return /PgBouncer ([\d.]+)/.exec(stdout)?.[1] ?? 'unknown'
}
