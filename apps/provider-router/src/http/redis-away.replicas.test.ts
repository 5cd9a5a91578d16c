import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startRedisProxy } from '../coordination/redis-proxy.ts'
import type { RedisProxy } from '../coordination/redis-proxy.ts'
import { askRouter, deploymentsAt, explain, newPrompt } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const YAML = `
providers:
  openai:
    kind: openai
    name: OpenAI
    baseUrl: '\${SIMULATOR}/v1'
    keys: [key-of-openai]
    limits: { requestsPerMinute: 1000, tokensPerMinute: 1000000, concurrency: 100 }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
models:
  auto: { name: Auto, deployments: [openai/gpt-4.1] }
`
/** None of what replicas wait for each other for takes as long, and no time limit of a call is as short. */
const NEVER_MS = 5_000

let redis: TestRedis
let simulator: Simulator
let proxies: [RedisProxy, RedisProxy]
let a: RouterUnderTest
let b: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  redis = await createTestRedis()
  proxies = [await startRedisProxy(redis.url), await startRedisProxy(redis.url)]
  ;[a, b] = await startReplicasUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url },
    redisUrls: [proxies[0].url, proxies[1].url],
  })
})
afterAll(async () => {
  await Promise.all([a.close(), b.close()])
  await Promise.all(proxies.map((proxy) => proxy.close()))
  await redis.close()
  await simulator.close()
})

const ask = (router: RouterUnderTest) =>
  askRouter(router, {
    model: 'auto',
    prompt: newPrompt(),
    stream: true,
    signal: AbortSignal.timeout(NEVER_MS),
  })

async function setState(router: RouterUnderTest, state: string): Promise<unknown> {
  const response = await router.admin('/admin/deployments/openai/gpt-4.1', {
    method: 'PUT',
    body: JSON.stringify({ state }),
    signal: AbortSignal.timeout(NEVER_MS),
  })
  return response.json()
}

test('a Redis that is slow slows no request down', async () => {
  for (const proxy of proxies) proxy.slow(200)
  const startMs = performance.now()
  for (let turn = 0; turn < 20; turn++) {
    expect(await ask(turn % 2 === 0 ? a : b)).toMatchObject({ done: true })
  }
  // Twenty that waited for one round trip each would take eight seconds.
  expect(performance.now() - startMs).toBeLessThan(4_000)
  for (const proxy of proxies) proxy.slow(0)
})

test('while Redis is away every request is answered at both replicas, and so is the administrator', async () => {
  const running = Array.from({ length: 20 }, (_, turn) => ask(turn % 2 === 0 ? a : b))
  // One replica is told that it has gone, to the other one it is silent.
  await proxies[0].cut()
  proxies[1].freeze()
  const answers = await Promise.all(running)
  // From before anybody has noticed until everybody has.
  await eventually(async () => {
    answers.push(...(await Promise.all([ask(a), ask(b)])))
    expect([a, b].map(({ coordination }) => coordination.isConnected)).toEqual([false, false])
  })
  answers.push(...(await Promise.all(Array.from({ length: 20 }, () => [ask(a), ask(b)]).flat())))
  expect(answers.filter(({ done }) => !done)).toEqual([])

  expect(await deploymentsAt(b)).toHaveProperty('openai/gpt-4.1')
  const own = answers.at(-1)!
  expect(await explain(b, own)).toMatchObject({ outcome: { type: 'answered' } })
  expect((await a.admin(`/admin/decisions/${own.decision}`)).status).toBe(404)
  expect(await setState(b, 'draining')).toMatchObject({ holdsFor: 'this-replica' })
  expect(await ask(b)).toMatchObject({ status: 503, error: { code: 'deployment-draining' } })
  expect(await ask(a)).toMatchObject({ status: 200 })

  await proxies[0].restore()
  proxies[1].thaw()
  // What was said while it was away holds for all once it is back.
  await eventually(async () => expect(await ask(a)).toMatchObject({ status: 503 }))
  expect(await setState(a, 'active')).toMatchObject({ holdsFor: 'all-replicas' })
  await eventually(async () => expect(await ask(b)).toMatchObject({ status: 200 }))
})
