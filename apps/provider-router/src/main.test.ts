import { startSimulator } from '@brainlyx/provider-simulator'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const shipped = fileURLToPath(new URL('../router.yaml', import.meta.url))
const KEY = 'a-key-of-this-test'
const allowed = { ROUTER_API_KEYS_SHA256: createHash('sha256').update(KEY).digest('hex') }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'provider-router-'))
})
afterAll(() => rm(folder, { recursive: true }))

function run(environment: Record<string, string>): {
  child: ChildProcess
  exit: Promise<number | null>
  output: () => string
} {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stderr.on('data', (bytes: Buffer) => (output += String(bytes)))
  child.stdout.on('data', (bytes: Buffer) => (output += String(bytes)))
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, exit, output: () => output }
}

async function untilListening(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const { msg, port } = JSON.parse(line) as { msg: string; port: number }
    if (msg === 'listening') return port
  }
  throw new Error('the process ended before it listened')
}

test('the process says its port, answers, follows its file, and ends in order', async () => {
  const simulator = await startSimulator()
  const yaml = join(folder, 'router.yaml')
  await copyFile(shipped, yaml)
  const { child, exit, output } = run({
    ...allowed,
    BRAINLYX_MODE: 'local',
    ROUTER_CONFIG: yaml,
    SIMULATOR_URL: simulator.url,
  })
  try {
    const port = await untilListening(child)
    const models = async (): Promise<{ id: string; brainlyx: { name: string } }[]> => {
      const headers = { authorization: `Bearer ${KEY}` }
      const response = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers })
      return ((await response.json()) as { data: { id: string; brainlyx: { name: string } }[] })
        .data
    }
    expect((await models())[0]?.brainlyx.name).toBe('Auto')
    await writeFile(yaml, (await readFile(shipped, 'utf8')).replace('name: Auto', 'name: Renamed'))
    await vi.waitFor(async () => expect((await models())[0]?.brainlyx.name).toBe('Renamed'), {
      timeout: 10_000,
      interval: 100,
    })
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    expect(output()).not.toContain(KEY)
  } finally {
    child.kill('SIGKILL')
    await simulator.close()
  }
}, 30_000)

test('production refuses the simulator, and an installation that nobody may call', async () => {
  const { exit, output } = run({ SIMULATOR_URL: 'http://127.0.0.1:4300' })
  expect(await exit).toBe(78)
  expect(output()).toContain('SIMULATOR_URL: must not be set in production')
  expect(output()).toContain('SERVICE_TOKEN_PUBLIC_JWKS: is needed in production')
}, 20_000)

test('a file with a mistake ends the process with its line', async () => {
  const yaml = join(folder, 'bad.yaml')
  await writeFile(yaml, 'providers: {}\ndeployments: []\n')
  const { exit, output } = run({ ...allowed, ROUTER_CONFIG: yaml })
  expect(await exit).toBe(1)
  expect(output()).toMatch(
    /could not start: .*bad\.yaml is not usable:\n {2}- line 2, deployments: /,
  )
}, 20_000)
