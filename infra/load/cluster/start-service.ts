import { fileURLToPath } from 'node:url'
import { freePort } from '../router/process/free-port.ts'
import { startProcess } from '../router/process/start-process.ts'
import type { RunningProcess } from '../router/process/start-process.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface ServiceProcess {
  readonly name: string
  /** `http://host:port` */
  readonly origin: string
  /** Where its metrics are. */
  readonly opsOrigin: string
  readonly process: RunningProcess
}

export interface ServiceOptions {
  /** Below the root, such as `apps/chat-api`. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of Node, before the program. */
  readonly flags?: readonly string[]
}

/** A service from its sources, as a process of its own with ports of its own, once it is ready. */
export async function startService(
  releases: AsyncDisposableStack,
  { folder, environment, flags = [] }: ServiceOptions,
): Promise<ServiceProcess> {
  const name = folder.slice(folder.lastIndexOf('/') + 1)
  const [port, opsPort] = [await freePort(), await freePort()]
  const opsOrigin = `http://127.0.0.1:${opsPort}`
  const running = await startProcess(releases, {
    name,
    parameters: [...flags, `${root}${folder}/src/main.ts`],
    environment: {
      BRAINLYX_MODE: 'local',
      LOG_LEVEL: 'info',
      PORT: String(port),
      OPS_PORT: String(opsPort),
      SHUTDOWN_GRACE_MS: '4000',
      ...environment,
    },
    readyUrl: `${opsOrigin}/readyz`,
  })
  return { name, origin: `http://127.0.0.1:${port}`, opsOrigin, process: running }
}
