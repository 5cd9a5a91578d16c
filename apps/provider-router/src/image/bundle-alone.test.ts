import { startSimulator } from '@brainlyx/provider-simulator'
import { eventually } from '@brainlyx/testkit'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { expect, test } from 'vitest'
import bundles from '../../rolldown.config.ts'
import { dataUrl, photograph } from './photograph.ts'

const KEY = 'a-key-of-this-test'
const app = fileURLToPath(new URL('../..', import.meta.url))

test('the bundle runs with nothing beside it: images go out as they came, and readiness says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'provider-router-'))
  const simulator = await startSimulator()
  const [main] = bundles
  const output = { dir: folder, format: 'esm', entryFileNames: '[name].js' } as const
  await build({ ...main, cwd: app, output: { ...output, codeSplitting: false } })
  await copyFile(join(app, 'router.yaml'), join(folder, 'router.yaml'))
  const [port, opsPort] = [await freePort(), await freePort()]
  const child = spawn(process.execPath, [join(folder, 'main.js')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      BRAINLYX_MODE: 'local',
      PORT: String(port),
      OPS_PORT: String(opsPort),
      ROUTER_CONFIG: join(folder, 'router.yaml'),
      ROUTER_API_KEYS_SHA256: createHash('sha256').update(KEY).digest('hex'),
      SIMULATOR_URL: simulator.url,
    },
    stdio: 'ignore',
  })
  try {
    const degraded = async (): Promise<unknown> =>
      ((await (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).json()) as { degraded?: unknown })
        .degraded ?? []
    expect(await eventually(degraded)).toEqual([])
    const url = dataUrl(await photograph({ width: 3000, height: 2000, signed: true }))
    const image = { type: 'image_url', image_url: { url } }
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'openai/gpt-4.1',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] }],
      }),
    })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('3000 × 2000 pixels')
    expect(await degraded()).toEqual(['images'])
  } finally {
    child.kill('SIGKILL')
    await simulator.close()
    await rm(folder, { recursive: true })
  }
}, 60_000)

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
