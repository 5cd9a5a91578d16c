import { hash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../process/free-port.ts'
import { startProcess } from '../process/start-process.ts'
import type { RunningProcess } from '../process/start-process.ts'

export interface RouterProcess {
  /** `http://host:port` */
  readonly origin: string
  /** Where its metrics are. */
  readonly opsOrigin: string
  readonly apiKey: string
  readonly process: RunningProcess
}

export interface RouterOptions {
  /** The bundle's path. */
  readonly program: string
  /** The text of its YAML file. */
  readonly configuration: string
  /** What replicas share; absent: it is alone. */
  readonly redisUrl?: string
  readonly cores?: string
  readonly name?: string
}

/** The router as in production, logging included; only its address is the loopback's. */
export async function startRouterProcess(
  releases: AsyncDisposableStack,
  { program, configuration, redisUrl, cores, name = 'provider-router' }: RouterOptions,
): Promise<RouterProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-router-'))
  releases.defer(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'router.yaml')
  await writeFile(file, configuration)
  const apiKey = randomBytes(16).toString('hex')
  const [port, opsPort] = [await freePort(), await freePort()]
  const running = await startProcess(releases, {
    name,
    parameters: [program],
    environment: {
      BRAINLYX_MODE: 'local',
      LOG_LEVEL: 'info',
      PORT: String(port),
      OPS_PORT: String(opsPort),
      ROUTER_CONFIG: file,
      ROUTER_API_KEYS_SHA256: hash('sha256', apiKey),
      REDIS_URL: redisUrl,
      SHUTDOWN_GRACE_MS: '1000',
    },
    cores,
    readyUrl: `http://127.0.0.1:${opsPort}/readyz`,
  })
  return {
    origin: `http://127.0.0.1:${port}`,
    opsOrigin: `http://127.0.0.1:${opsPort}`,
    apiKey,
    process: running,
  }
}
