import { fileURLToPath } from 'node:url'
import { freePort } from '../process/free-port.ts'
import { startProcess } from '../process/start-process.ts'
import type { RunningProcess } from '../process/start-process.ts'

const program = fileURLToPath(
  new URL('../../../../packages/provider-simulator/src/main.ts', import.meta.url),
)

export interface SimulatorProcess {
  /** `http://host:port` */
  readonly origin: string
  readonly process: RunningProcess
}

/** The provider simulator as a process of its own, as fast as possible where a model's name says nothing else. */
export async function startSimulatorProcess(
  releases: AsyncDisposableStack,
  cores?: string,
): Promise<SimulatorProcess> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const running = await startProcess(releases, {
    name: 'provider-simulator',
    parameters: [program],
    environment: {
      BRAINLYX_MODE: 'local',
      LOG_LEVEL: 'warn',
      SIMULATOR_PORT: String(port),
      OPS_PORT: String(opsPort),
      SIMULATOR_TOKENS_PER_SECOND: '0',
      SIMULATOR_TTFT_MS: '0',
      SHUTDOWN_GRACE_MS: '1000',
    },
    cores,
    readyUrl: `http://127.0.0.1:${opsPort}/readyz`,
  })
  return { origin: `http://127.0.0.1:${port}`, process: running }
}
