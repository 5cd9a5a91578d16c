import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../provider-router/src/main.ts', import.meta.url))

/** The real router, in a process of its own, with the simulator in the place of every provider. */
export async function startRouter(options: {
  simulatorUrl: string
  publicJwks: unknown
  redisUrl: string
}): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-api-tests-'))
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env['PATH'],
      BRAINLYX_MODE: 'local',
      PORT: '0',
      OPS_PORT: '0',
      SIMULATOR_URL: options.simulatorUrl,
      REDIS_URL: options.redisUrl,
      // A key that is set on the settings page is tried at the provider itself, which is the simulator again.
      OPENAI_BASE_URL: `${options.simulatorUrl}/v1`,
      SERVICE_TOKEN_PUBLIC_JWKS: JSON.stringify(options.publicJwks),
      PROVIDER_KEYS_FILE: join(folder, 'provider-keys.json'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = JSON.parse(line) as { msg: string; port?: number }
    if (msg !== 'listening') continue
    child.stdout.resume()
    return {
      url: `http://127.0.0.1:${port!}`,
      async stop() {
        child.kill('SIGTERM')
        await exited
        await rm(folder, { recursive: true, force: true })
      },
    }
  }
  throw new Error('the router did not start')
}
