import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createPostgresServer,
  ensureRolesAndDatabase,
  giveFolder,
} from '@brainlyx/testkit/postgres-server'
import type { PostgresServer } from '@brainlyx/testkit/postgres-server'
import { migrate } from '../migrate/run-migrations.ts'

export interface ReplicatedDatabase {
  readonly primary: PostgresServer
  readonly replicas: readonly PostgresServer[]
  /** Of the runtime role, on one of them. */
  urlOn(server: PostgresServer): string
  /** Of the superuser, on one of them. */
  adminUrlOn(server: PostgresServer): string
}

const DATABASE = 'brainlyx'
const APP_PASSWORD = 'app'

/** A migrated database on a server of its own, with streaming replicas that have caught up. */
export async function replicatedDatabase(
  releases: AsyncDisposableStack,
  options: { replicas: number },
): Promise<ReplicatedDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'replicated-'))
  releases.defer(() => rmSync(folder, { recursive: true, force: true }))
  giveFolder(folder, 0o755)
  const primary = await createPostgresServer(releases, {
    folder: join(folder, 'primary'),
    logFolder: folder,
    durable: false,
  })
  await primary.start()
  await ensureRolesAndDatabase(primary.url(), { owner: 'owner', app: APP_PASSWORD })
  const as = (role: string, password: string, server: PostgresServer): string => {
    const url = new URL(server.url(DATABASE))
    url.username = role
    url.password = password
    return url.href
  }
  await migrate(as('brainlyx_owner', 'owner', primary), { appRole: 'brainlyx_app' })
  const replicas: PostgresServer[] = []
  for (let number = 1; number <= options.replicas; number++) {
    replicas.push(await primary.startStandby(join(folder, `replica-${number}`)))
  }
  return {
    primary,
    replicas,
    urlOn: (server) => as('brainlyx_app', APP_PASSWORD, server),
    adminUrlOn: (server) => server.url(DATABASE),
  }
}
