import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { testDatabase } from '@brainlyx/db/testing'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import { afterAll, expect, test } from 'vitest'

const database = await testDatabase()
const redis = await createTestRedis()
afterAll(async () => {
  await redis.close()
  await database.close()
})

test('the process becomes ready, and a SIGTERM ends it in order', async () => {
  const { child, output, opsPort } = await startProcess({})
  await eventually(async () =>
    expect(await readyz(opsPort)).toEqual({ status: 200, body: { ready: true, degraded: [] } }),
  )
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(output()).toContain('"stopped"')
  expect(output()).not.toMatch(/release failed|took too long/)
})

test('without Redis it runs, says so, and still ends in order', async () => {
  const { child, output, opsPort } = await startProcess({ REDIS_URL: 'redis://127.0.0.1:1' })
  await eventually(async () =>
    expect(await readyz(opsPort)).toEqual({
      status: 200,
      body: { ready: true, degraded: ['redis'] },
    }),
  )
  const startedAt = performance.now()
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  expect(output()).not.toMatch(/took too long/)
})

test('without a database it does not start and says why', async () => {
  const { child, output } = await startProcess({ DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(1)
  expect(output()).toContain('worker could not start')
})

test('with a bad environment it names every bad key', async () => {
  const { child, output } = await startProcess({ DATABASE_URL: '', REDIS_URL: 'x', ROUTER_URL: '' })
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(78)
  for (const key of ['DATABASE_URL', 'REDIS_URL', 'ROUTER_URL']) expect(output()).toContain(key)
})

async function startProcess(change: Record<string, string>) {
  const opsPort = await freePort()
  const child = spawn(process.execPath, [`${import.meta.dirname}/main.ts`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      BRAINLYX_MODE: 'local',
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      ROUTER_URL: 'http://127.0.0.1:1',
      PUBLIC_ORIGIN: 'http://localhost:3000',
      PSEUDONYM_KEY: 'a key of the tests, long enough to be one',
      STORAGE_DIRECTORY: '/tmp/brainlyx-worker-tests',
      OPS_PORT: String(opsPort),
      SHUTDOWN_GRACE_MS: '12000',
      ...change,
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => (text += part))
  }
  afterAll(() => child.kill('SIGKILL'))
  return { child, opsPort, output: () => text }
}

async function readyz(port: number): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  return { status: response.status, body: await response.json() }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
