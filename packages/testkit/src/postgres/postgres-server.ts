import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, cpSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { outsideHome } from '../../../../infra/local/data/data-home.mjs'
import { postgresBinaries } from '../../../../infra/local/data/postgres-binaries.mjs'
import { waitForPostgres } from '../../../../infra/local/data/postgres-roles.mjs'
import { ensureCluster } from '../../../../infra/local/data/postgres.mjs'
import { profiles } from '../../../../infra/local/data/profile.mjs'
import { unprivilegedUser } from '../../../../infra/local/data/unprivileged-user.mjs'
import { endWithParent } from '../../../../infra/local/process/end-with-parent.mjs'
import { freePort } from './free-port.ts'
import { giveFolder } from './give-folder.ts'
import { withClient } from './with-client.ts'

const PASSWORD = 'only-here'

export interface PostgresServer {
  readonly port: number
  /** Of the superuser. @param database absent: `postgres` */
  url(database?: string): string
  start(): Promise<void>
  /** Immediately, as by a power cut. */
  kill(): Promise<void>
  /** Fast shutdown. */
  stop(): Promise<void>
  /**
   * A copy that follows this server and has caught up. It confirms commits once `confirmCommits` is on.
   * @param settings more of them, or others than this server's
   */
  startStandby(folder: string, settings?: PostgresSettings): Promise<PostgresServer>
  /** Whether a commit waits for the standby. */
  confirmCommits(on: boolean): Promise<void>
}

export type PostgresSettings = Readonly<Record<string, string | number>>

interface PostgresOptions {
  readonly folder: string
  readonly logFolder: string
  /** Whether it survives a crash; false is twice as fast. Default true. */
  readonly durable?: boolean
  /** Of `postgresql.conf`, beside those that every server here has. */
  readonly settings?: PostgresSettings
}

/** A Postgres in a new cluster in `folder`. */
export async function createPostgresServer(
  releases: AsyncDisposableStack,
  options: PostgresOptions,
): Promise<PostgresServer> {
  const { folder, durable = true } = options
  ensureCluster({
    binaries: binaries(),
    folder,
    port: 0,
    password: PASSWORD,
    durable,
    logFile: '',
  })
  return serverOf(releases, options)
}

function binaries(): string {
  const home = outsideHome()
  return postgresBinaries(
    home === undefined ? profiles.test.folder : join(home, profiles.test.name),
  )
}

async function serverOf(
  releases: AsyncDisposableStack,
  { folder, logFolder, durable = true, settings = {} }: PostgresOptions,
): Promise<PostgresServer> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const hasEnded = (): boolean =>
    child === undefined || child.exitCode !== null || child.signalCode !== null
  const end = async (signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> => {
    if (child === undefined || hasEnded()) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  releases.defer(() => end('SIGQUIT'))
  const url = (database = 'postgres'): string =>
    `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`
  return {
    port,
    url,
    async start() {
      // Left by a server that was killed; its number may be another program's by now.
      rmSync(join(folder, 'postmaster.pid'), { force: true })
      child = spawnServer({ folder, logFolder, durable, settings, port })
      await waitForPostgres(url(), hasEnded)
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    async startStandby(standbyFolder, others = {}) {
      await withClient(url(), async (client) => {
        await client.query("select pg_backup_start('standby', true)")
        cpSync(folder, standbyFolder, { recursive: true, verbatimSymlinks: true })
        const stopped = await client.query('select labelfile from pg_backup_stop(false)')
        writeFileSync(join(standbyFolder, 'backup_label'), String(stopped.rows[0].labelfile))
      })
      rmSync(join(standbyFolder, 'postmaster.pid'), { force: true })
      rmSync(join(standbyFolder, 'postmaster.opts'), { force: true })
      writeFileSync(join(standbyFolder, 'standby.signal'), '')
      writeFileSync(
        join(standbyFolder, 'postgresql.auto.conf'),
        `primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres password=${PASSWORD}'\n`,
      )
      giveFolder(standbyFolder, 0o700)
      const before = await withClient(url(), countStreaming)
      const standby = await serverOf(releases, {
        folder: standbyFolder,
        logFolder,
        durable,
        settings: { ...settings, ...others },
      })
      await standby.start()
      await withClient(url(), async (client) => {
        while ((await countStreaming(client)) <= before) await sleep(50)
      })
      return standby
    },
    confirmCommits: (on) =>
      withClient(url(), async (client) => {
        await client.query(`alter system set synchronous_standby_names = '${on ? '*' : ''}'`)
        await client.query('select pg_reload_conf()')
        await sleep(300)
      }),
  }
}

async function countStreaming(client: Client): Promise<number> {
  const { rowCount } = await client.query(
    "select from pg_stat_replication where state = 'streaming'",
  )
  return rowCount ?? 0
}

function spawnServer(options: PostgresOptions & { port: number }): ChildProcess {
  const { folder, logFolder, durable, port } = options
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    wal_keep_size: '512MB',
    max_wal_senders: 4,
    jit: 'off',
    timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  }
  const { command, parameters, user } = endWithParent(
    join(binaries(), 'postgres'),
    [
      '-D',
      folder,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    'INT',
    unprivilegedUser,
  )
  const log = openSync(join(logFolder, 'postgres.log'), 'a')
  const child = spawn(command, parameters, {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C' },
  })
  closeSync(log)
  return child
}
