import { REPLAYED_HEADER } from '@brainlyx/router-contract'
import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { Redis } from 'ioredis'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { newPrompt, sendQuestion } from './ask-router.ts'
import type { RouterQuestion } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
deployments:
  - { id: chat, provider: openai, model: gpt-4.1 }
  - { id: embeds, provider: openai, model: text-embedding-3-small }
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

let keys = 0
function keyed(question: Partial<RouterQuestion> = {}): RouterQuestion {
  const headers = { 'idempotency-key': `key-${++keys}` }
  return { model: 'chat', prompt: newPrompt(), headers, ...question }
}

async function told(response: Response) {
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => name.startsWith('x-brainlyx')),
  )
  return {
    status: response.status,
    replayed: response.headers.get(REPLAYED_HEADER),
    headers,
    body: await response.text(),
  }
}

/** Resolves once the provider has been asked `prompt`. */
async function asked(prompt: string | undefined): Promise<void> {
  while (simulator.attempts({ prompt: prompt! }).length === 0) await nextTurn()
}

test('asked again at another replica, the same request is told the same answer, and no provider is called', async () => {
  const question = keyed()
  const first = await told(await sendQuestion(a, question))
  expect(first).toMatchObject({ status: 200, replayed: null })
  expect(first.headers).toHaveProperty('x-brainlyx-cost-pico-usd')
  const second = await told(await sendQuestion(b, question))
  expect(second).toEqual({ ...first, replayed: 'true' })
  expect(simulator.attempts({ prompt: question.prompt! })).toHaveLength(1)
})

test('a request with another key, or with none, is another request', async () => {
  const question = keyed({ temperature: 1 })
  await sendQuestion(a, question)
  await sendQuestion(a, { ...question, headers: keyed().headers! })
  await sendQuestion(a, { ...question, headers: {} })
  expect(simulator.attempts({ prompt: question.prompt! })).toHaveLength(3)
})

test('while the first is being answered the second is told to come again, and then gets its answer', async () => {
  const question = keyed()
  simulator.setFault({ fault: 'slow-first-token-300', times: 1 })
  const first = sendQuestion(a, question).then(told)
  await asked(question.prompt)
  const second = await told(await sendQuestion(b, question))
  expect(second.status).toBe(409)
  expect(JSON.parse(second.body)).toMatchObject({ error: { code: 'idempotency-key-in-use' } })
  const answer = await first
  expect(await told(await sendQuestion(b, question))).toEqual({ ...answer, replayed: 'true' })
})

test('a caller that has gone finds the answer when it comes back', async () => {
  const leaving = new AbortController()
  const question = keyed()
  simulator.setFault({ fault: 'slow-first-token-300', times: 1 })
  const gone = sendQuestion(a, { ...question, signal: leaving.signal })
  await asked(question.prompt)
  leaving.abort()
  await expect(gone).rejects.toThrow()
  const back = await vi.waitFor(
    async () => {
      const answer = await told(await sendQuestion(b, question))
      expect(answer.status).toBe(200)
      return answer
    },
    { timeout: 10_000 },
  )
  expect(back.replayed).toBe('true')
  expect(simulator.attempts({ prompt: question.prompt! })).toMatchObject([{ endedBy: 'completed' }])
})

test('a key that is used for another request is refused', async () => {
  const question = keyed()
  await sendQuestion(a, question)
  const other = await told(await sendQuestion(b, { ...question, prompt: newPrompt() }))
  expect(other.status).toBe(422)
  expect(JSON.parse(other.body)).toMatchObject({ error: { code: 'idempotency-key-reused' } })
})

test('a failure is not kept', async () => {
  const question = keyed()
  simulator.setFault({ fault: '404', times: 1 })
  expect((await sendQuestion(a, question)).status).toBeGreaterThanOrEqual(400)
  expect(await told(await sendQuestion(a, question))).toMatchObject({ status: 200, replayed: null })
})

test.each(['', 'two words', 'ü', 'x'.repeat(256)])('the key %o is refused', async (key) => {
  // Header values are bytes; this is how `fetch` is given others than ASCII.
  const value = Buffer.from(key).toString('latin1')
  const response = await sendQuestion(a, keyed({ headers: { 'idempotency-key': value } }))
  expect(response.status).toBe(400)
})

test('embeddings are made once, too', async () => {
  const embed = (router: RouterUnderTest): Promise<Response> =>
    fetch(`${router.url}/v1/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${router.client.apiKey}`,
        'idempotency-key': 'embeddings',
      },
      body: JSON.stringify({ model: 'embeds', input: 'A lighthouse' }),
    })
  const first = await told(await embed(a))
  expect(first).toMatchObject({ status: 200, replayed: null })
  expect(await told(await embed(b))).toEqual({ ...first, replayed: 'true' })
})

test('Redis holds nothing that could be read without the request', async () => {
  const question = keyed({ prompt: newPrompt('Say canary-4711') })
  const { body } = await told(await sendQuestion(a, question))
  expect(body).toContain('canary-4711')
  const client = new Redis(redis.url)
  try {
    const names = await client.keys('idempotency:*')
    expect(names.length).toBeGreaterThan(0)
    for (const name of names) {
      expect(`${name} ${await client.get(name)}`).not.toContain('canary-4711')
      expect(await client.pttl(name)).toBeGreaterThan(0)
    }
  } finally {
    client.disconnect()
  }
})
