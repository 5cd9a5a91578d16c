import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { freePort } from '../process/free-port.ts'
import { startProcess } from '../process/start-process.ts'
import { PROVIDER_KEY, createGateway } from './gateway.ts'
import type { Gateway } from './gateway.ts'

const folder = fileURLToPath(new URL('../portkey/', import.meta.url))
const program = `${folder}node_modules/@portkey-ai/gateway/build/start-server.js`

/** The Portkey gateway as its authors publish it, without its console. */
export async function startPortkey(
  releases: AsyncDisposableStack,
  options: { simulatorOrigin: string; cores: string },
): Promise<Gateway> {
  ensureInstalled()
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const running = await startProcess(releases, {
    name: 'Portkey',
    parameters: [program, `--port=${port}`, '--headless'],
    environment: {},
    cores: options.cores,
    readyUrl: origin,
  })
  return createGateway(releases, {
    name: 'Portkey',
    origin,
    headers: {
      authorization: `Bearer ${PROVIDER_KEY}`,
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${options.simulatorOrigin}/v1`,
    },
    process: running,
  })
}

/** From the committed lock, where it is not there already: 25 MB that nothing else needs. */
function ensureInstalled(): void {
  const lock = JSON.parse(readFileSync(`${folder}package-lock.json`, 'utf8')) as Lock
  const isThere = ['@portkey-ai/gateway', '@hono/node-server'].every((name) => {
    const path = `node_modules/${name}`
    const file = `${folder}${path}/package.json`
    if (!existsSync(file)) return false
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    return version === lock.packages[path]?.version
  })
  if (isThere) return
  console.log('Installing the Portkey gateway …')
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>
}
