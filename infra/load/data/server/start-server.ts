import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { totalmem, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createPostgresServer,
  ensureRolesAndDatabase,
  giveFolder,
} from '@brainlyx/testkit/postgres-server'
import type { PostgresServer, PostgresSettings } from '@brainlyx/testkit/postgres-server'

const PASSWORD = 'only-here'

const MEGABYTE = 2 ** 20
/** A quarter of the memory, as is usual, but not more than leaves the rest of this machine its own. */
const SHARED_BUFFERS_MB = Math.min(4_096, Math.floor(totalmem() / 4 / MEGABYTE))

/** Those of a small production server; `fsync`, `full_page_writes` and `synchronous_commit` stay on. */
export const SERVER_SETTINGS: PostgresSettings = {
  shared_buffers: `${SHARED_BUFFERS_MB}MB`,
  effective_cache_size: `${SHARED_BUFFERS_MB * 3}MB`,
  work_mem: '16MB',
  maintenance_work_mem: '512MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  random_page_cost: '1.1',
  effective_io_concurrency: 200,
}

export interface DataServer {
  readonly server: PostgresServer
  readonly folder: string
  /** Of the role that owns the tables, and of the runtime role. */
  login(role: 'brainlyx_owner' | 'brainlyx_app', database: string): string
}

/**
 * A Postgres of its own with production's settings.
 * @param keptIn a folder that is not deleted: what is loaded there is there the next time
 */
export async function startServer(
  releases: AsyncDisposableStack,
  options: { keptIn?: string | undefined; settings?: PostgresSettings } = {},
): Promise<DataServer> {
  const { keptIn, settings = SERVER_SETTINGS } = options
  const folder = keptIn ?? mkdtempSync(join(tmpdir(), 'bench-data-'))
  if (keptIn === undefined) releases.defer(() => rmSync(folder, { recursive: true, force: true }))
  else if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
  giveFolder(folder, 0o755)
  const server = await createPostgresServer(releases, {
    folder: join(folder, 'postgres'),
    logFolder: folder,
    settings,
  })
  await server.start()
  releases.defer(() => server.stop())
  await ensureRolesAndDatabase(server.url(), { owner: PASSWORD, app: PASSWORD })
  const login = (role: string, database: string): string =>
    `postgres://${role}:${PASSWORD}@127.0.0.1:${server.port}/${database}`
  return { server, folder, login }
}
