import { DeploymentStateChange, ModelList } from '@brainlyx/router-contract'
import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { askRouter, deploymentsAt, newPrompt } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

/** Each test has deployments of its own. At `away` and `probed` nobody answers. */
const YAML = `
breaker: { consecutiveFailures: 2 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  away: { kind: openai, name: Away, baseUrl: 'http://127.0.0.1:9/v1', keys: [key-of-away] }
  probed: { kind: openai, name: Probed, baseUrl: 'http://127.0.0.1:9/v1', keys: [key-of-probed], probe: { everyMs: 1000 } }
deployments:
  - { id: drained, provider: openai, model: gpt-4.1 }
  - { id: stood-by-for, provider: openai, model: gpt-5 }
  - { id: running, provider: openai, model: gpt-4.1-nano }
  - { id: disabled, provider: openai, model: gpt-5-mini }
  - { id: spare, provider: openai, model: gpt-4.1-mini }
  - { id: away, provider: away, model: gpt-4.1 }
  - { id: probed, provider: probed, model: gpt-4.1 }
  - { id: openai/*, provider: openai, model: '*' }
models:
  drained-or-spare: { name: Any, deployments: [drained, spare] }
  stood-by: { name: Any, deployments: [stood-by-for], fallbacks: { any: [spare] } }
  disabled-or-spare: { name: Any, deployments: [disabled, spare] }
  disabled-alone: { name: Alone, deployments: [disabled] }
  with-stand-by: { name: Any, deployments: [away], fallbacks: { any: [disabled, spare] } }
`

let redis: TestRedis
let simulator: Simulator
let a: RouterUnderTest
let b: RouterUnderTest
beforeAll(async () => {
  ;[simulator, redis] = await Promise.all([startSimulator(), createTestRedis()])
  ;[a, b] = await startReplicasUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url },
    redisUrls: [redis.url, redis.url],
  })
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await Promise.all([a.close(), b.close()])
  await redis.close()
  await simulator.close()
})

const ask = (router: RouterUnderTest, model: string) =>
  askRouter(router, { model, prompt: newPrompt() })

async function setState(router: RouterUnderTest, id: string, state: string): Promise<void> {
  const body = JSON.stringify({ state })
  const response = await router.admin(`/admin/deployments/${id}`, { method: 'PUT', body })
  expect(DeploymentStateChange.parse(await response.json())).toMatchObject({
    deployment: { id, state, changedBy: expect.any(String) },
    holdsFor: 'all-replicas',
  })
  const other = router === a ? b : a
  await eventually(async () => expect((await deploymentsAt(other))[id]).toMatchObject({ state }))
}

const listedAt = async (router: RouterUnderTest): Promise<string[]> => {
  const headers = { authorization: `Bearer ${router.client.apiKey}` }
  const response = await fetch(`${router.url}/v1/models`, { headers })
  return ModelList.parse(await response.json()).data.map(({ id }) => id)
}

test('what is drained at one replica takes no request at the other, and is active again when it is told', async () => {
  await setState(a, 'drained', 'draining')
  for (const router of [a, b]) {
    expect(await ask(router, 'drained-or-spare')).toMatchObject({ deployment: 'spare' })
    const named = await ask(router, 'drained')
    expect(named).toMatchObject({
      status: 503,
      error: { code: 'deployment-draining', retryable: true },
    })
  }
  expect(simulator.attempts().map(({ model }) => model)).toEqual(['gpt-4.1-mini', 'gpt-4.1-mini'])
  expect(await listedAt(b)).toContain('drained')
  await setState(b, 'drained', 'active')
  for (const router of [a, b]) {
    expect(await ask(router, 'drained-or-spare')).toMatchObject({ deployment: 'drained' })
  }
})

test('who stands by takes over from what is drained', async () => {
  await setState(a, 'stood-by-for', 'draining')
  expect(await ask(b, 'stood-by')).toMatchObject({ status: 200, deployment: 'spare', attempts: 1 })
})

test('a stream that runs is finished while its deployment drains', async () => {
  const prompt = newPrompt()
  simulator.setFault({ model: 'gpt-4.1-nano', fault: 'slow-first-token-200' })
  const streaming = askRouter(a, { model: 'running', prompt, stream: true })
  await eventually(() => expect(simulator.attempts({ prompt })).toHaveLength(1))
  await setState(b, 'running', 'draining')
  expect(await streaming).toMatchObject({ text: simulatedAnswer(prompt).text, done: true })
})

test('what is disabled vanishes from the list of models, and stands by for nobody', async () => {
  expect(await listedAt(b)).toEqual(expect.arrayContaining(['disabled', 'disabled-alone']))
  await setState(a, 'disabled', 'disabled')
  for (const router of [a, b]) {
    const listed = await listedAt(router)
    expect(listed).not.toContain('disabled')
    expect(listed).not.toContain('disabled-alone')
    expect(listed).toContain('disabled-or-spare')
    expect(await ask(router, 'disabled-or-spare')).toMatchObject({ deployment: 'spare' })
    expect(await ask(router, 'disabled-alone')).toMatchObject({ status: 503 })
    expect(await ask(router, 'with-stand-by')).toMatchObject({ deployment: 'spare' })
  }
  await setState(b, 'disabled', 'active')
  expect(await listedAt(a)).toContain('disabled')
})

test('a model that a wildcard makes can be drained, and so can all of them', async () => {
  await setState(a, 'openai/gpt-4o', 'draining')
  expect(await ask(b, 'openai/gpt-4o')).toMatchObject({ status: 503 })
  expect(await ask(b, 'openai/gpt-4o-mini')).toMatchObject({ status: 200 })
  await setState(a, 'openai/*', 'draining')
  expect(await ask(b, 'openai/gpt-4o-mini')).toMatchObject({ status: 503 })
  expect(await ask(b, 'spare')).toMatchObject({ status: 200 })
})

test('probes open the breaker of a provider that is away, without any request', async () => {
  await eventually(async () => {
    const states = await Promise.all(
      [a, b].map(async (each) => (await deploymentsAt(each))['probed']),
    )
    expect(states.map((state) => state?.breaker.state)).toEqual(['open', 'open'])
  })
})

test('only administrators may look and change', async () => {
  const change = { method: 'PUT', body: JSON.stringify({ state: 'disabled' }) }
  for (const [path, init] of [
    ['/admin/deployments', {}],
    ['/admin/deployments/spare', change],
  ] as const) {
    const call = async (authorization?: string): Promise<number> => {
      const headers = {
        'content-type': 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
      }
      return (await fetch(`${a.url}${path}`, { ...init, headers })).status
    }
    expect(await call()).toBe(401)
    expect(await call(`Bearer ${a.client.apiKey}`)).toBe(403)
    expect(await call(await a.serviceToken('worker'))).toBe(403)
  }
  expect((await deploymentsAt(b))['spare']).toMatchObject({ state: 'active' })
})

test('a provider’s key is rotated while streams run, and none of them fails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rotation-'))
  const router = await startRouterUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url },
    keysFile: join(folder, 'keys.json'),
  })
  try {
    simulator.setFault({ model: 'gpt-4.1', fault: 'slow-first-token-200' })
    const prompt = newPrompt()
    const before = askRouter(router, { model: 'drained', prompt, stream: true })
    await eventually(() => expect(simulator.attempts({ prompt })).toHaveLength(1))
    const rotated = await router.admin('/admin/providers/openai/key', {
      method: 'PUT',
      body: JSON.stringify({ key: 'sk-rotated-0123456789-next' }),
    })
    expect(rotated.status).toBe(200)
    expect(await before).toMatchObject({ text: simulatedAnswer(prompt).text, done: true })
    const after = newPrompt()
    expect(await askRouter(router, { model: 'drained', prompt: after })).toMatchObject({
      status: 200,
    })
    const keyOf = (about: string) => simulator.attempts({ prompt: about })[0]?.keyHint
    expect([keyOf(prompt), keyOf(after)]).toEqual(['enai', 'next'])
  } finally {
    await router.close()
    await rm(folder, { recursive: true })
  }
})
