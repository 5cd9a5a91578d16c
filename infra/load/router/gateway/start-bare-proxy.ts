import { fileURLToPath } from 'node:url'
import { freePort } from '../process/free-port.ts'
import { startProcess } from '../process/start-process.ts'
import { PROVIDER_KEY, createGateway } from './gateway.ts'
import type { Gateway } from './gateway.ts'

const program = fileURLToPath(new URL('./bare-proxy.ts', import.meta.url))

/** The limit: `http` in, `undici` out, and nothing between. */
export async function startBareProxy(
  releases: AsyncDisposableStack,
  options: { simulatorOrigin: string; cores: string },
): Promise<Gateway> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const running = await startProcess(releases, {
    name: 'bare proxy',
    parameters: [program, String(port), options.simulatorOrigin],
    environment: {},
    cores: options.cores,
    readyUrl: origin,
  })
  const headers = { authorization: `Bearer ${PROVIDER_KEY}` }
  return createGateway(releases, { name: 'bare proxy', origin, headers, process: running })
}
