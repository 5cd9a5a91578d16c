import { DecisionReport } from '@brainlyx/router-contract'
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { askRouter, explain, newPrompt } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const YAML = `
breaker: { consecutiveFailures: 1000, minimumCalls: 10000 }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai-canary] }
  groq: { kind: groq, name: Groq, baseUrl: '\${SIMULATOR}', keys: [key-of-groq-canary] }
deployments:
  - { id: first, provider: openai, model: gpt-4.1 }
  - { id: second, provider: groq, model: llama-3.3-70b-versatile }
  - { id: gone, provider: openai, model: gpt-4.1-mini }
  - { id: embeds, provider: openai, model: text-embedding-3-small }
models:
  auto: { name: Auto, deployments: [first, second] }
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
  const gone = { method: 'PUT', body: JSON.stringify({ state: 'draining' }) }
  await a.admin('/admin/deployments/gone', gone)
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await Promise.all([a.close(), b.close()])
  await redis.close()
  await simulator.close()
})

test('the replica that did not answer explains a decision as the one that did', async () => {
  simulator.setFault({ model: 'gpt-4.1', fault: '503' })
  const answer = await askRouter(a, { model: 'auto', prompt: newPrompt() })
  expect(answer).toMatchObject({ status: 200, deployment: 'second', attempts: 2 })
  const elsewhere = await explain(b, answer)
  expect(elsewhere).toEqual(await explain(a, answer))
  expect(elsewhere).toMatchObject({
    id: answer.decision,
    model: 'auto',
    caller: expect.stringMatching(/^key [\da-f]{8}$/),
    kind: 'chat',
    strategy: 'priority',
    order: [
      { deployment: 'first', why: 'place 1 of the configured order' },
      { deployment: 'second', why: 'place 2 of the configured order' },
    ],
    dropped: [],
    attempts: [
      { deployment: 'first', end: { outcome: 'failed', error: { code: 'overloaded' } } },
      { deployment: 'second', end: { outcome: 'completed', error: null } },
    ],
    outcome: { type: 'answered', deployment: 'second' },
  })
})

test.each([
  ['a failure of all', 'auto', undefined, 'provider-overloaded'],
  ['a place that is not promised', 'first', 'jp', 'residency-not-promised'],
  ['a model that is drained', 'gone', undefined, 'deployment-draining'],
])('an error has its decision too: %s', async (_, model, residency, code) => {
  simulator.setFault({ fault: '503' })
  for (const stream of [false, true]) {
    const headers: Record<string, string> =
      residency === undefined ? {} : { 'x-brainlyx-residency': residency }
    const answer = await askRouter(a, { model, prompt: newPrompt(), stream, headers })
    expect(answer.error?.code).toBe(code)
    expect(await explain(b, answer)).toMatchObject({ model, outcome: { type: 'failed', code } })
  }
})

test('so has one of embeddings', async () => {
  simulator.setFault({ fault: '503' })
  for (const model of ['embeds', 'gone']) {
    const response = await fetch(`${a.url}/v1/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${a.client.apiKey}`,
      },
      body: JSON.stringify({ model, input: 'a lighthouse' }),
    })
    expect(response.status).toBe(503)
    const decision = response.headers.get('x-brainlyx-decision')
    expect(await explain(a, { decision })).toMatchObject({ kind: 'embedding', model })
  }
})

test('a stream that fails after its beginning was decided, too', async () => {
  simulator.setFault({ fault: 'cut-after-8' })
  const answer = await askRouter(a, { model: 'first', prompt: newPrompt(), stream: true })
  expect(answer).toMatchObject({ status: 200, done: false, error: { code: 'stream-cut' } })
  expect(await explain(a, answer)).toMatchObject({ outcome: { type: 'failed' } })
})

test('only administrators are told', async () => {
  const { decision } = await askRouter(a, { model: 'auto', prompt: newPrompt() })
  const path = `${a.url}/admin/decisions/${decision}`
  expect((await fetch(path)).status).toBe(401)
  for (const authorization of [`Bearer ${a.client.apiKey}`, await a.serviceToken('worker')]) {
    expect((await fetch(path, { headers: { authorization } })).status).toBe(403)
  }
  expect((await a.admin(`/admin/decisions/${decision}`)).status).toBe(200)
})

test('a decision that nobody made is not known', async () => {
  const ids = ['', 'x', 'a.b.0', '../..', '\0', '9'.repeat(500)]
  const answers = await Promise.all(
    ids.map((id) => a.admin(`/admin/decisions/${encodeURIComponent(id)}`)),
  )
  expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 404))
})

test('nothing of what was said, and no key, is in a decision', async () => {
  const canary = 'the-canary-sings'
  simulator.setFault({ provider: 'openai', fault: 'cut-after-8' })
  const answer = await askRouter(a, {
    model: 'auto',
    stream: true,
    user: canary,
    messages: [
      { role: 'system', content: canary },
      { role: 'user', content: newPrompt(`Say ${canary}`) },
    ],
    tools: [{ type: 'function', function: { name: canary, description: canary } }],
    tool_choice: 'none',
    metadata: { canary },
  })
  expect(answer.text).toContain(canary)
  const decision = JSON.stringify(DecisionReport.parse(await explain(b, answer)))
  expect(decision).not.toContain('canary')
  expect(decision).not.toContain(answer.text.slice(0, 20))
})
