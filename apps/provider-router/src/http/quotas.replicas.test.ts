import { startSimulator } from '@brainlyx/provider-simulator'
import type { Attempt, Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { askRouter, newPrompt } from './ask-router.ts'
import type { RouterAnswer } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

/** Each test has a limited provider of its own; `spare` is not limited. A key's last four letters are in the log. */
const YAML = `
# Some of them fail by design.
breaker: { consecutiveFailures: 1000, minimumCalls: 10000 }
providers:
  by-provider: { kind: openai, name: A, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-aaaa], limits: { requestsPerMinute: 20 } }
  by-deployment: { kind: openai, name: B, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-bbbb] }
  by-key: { kind: openai, name: C, baseUrl: '\${SIMULATOR}/v1', keys: [{ key: key-of-cccc, limits: { requestsPerMinute: 20 } }] }
  by-tokens: { kind: openai, name: D, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-dddd], limits: { tokensPerMinute: 3000 } }
  two-keys: { kind: openai, name: E, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-eeee, key-of-ffff], limits: { requestsPerMinute: 100 } }
  paused: { kind: openai, name: G, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-gggg, key-of-hhhh] }
  one-project:
    kind: openai
    name: I
    baseUrl: '\${SIMULATOR}/v1'
    keys: [{ key: key-of-iiii, project: shared }, { key: key-of-jjjj, project: shared }]
    limits: { requestsPerMinute: 20 }
  paused-project:
    kind: openai
    name: L
    baseUrl: '\${SIMULATOR}/v1'
    keys: [{ key: key-of-llll, project: paused }, { key: key-of-mmmm, project: paused }]
  at-once: { kind: openai, name: K, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-kkkk], limits: { concurrency: 8 } }
  spare: { kind: groq, name: Spare, baseUrl: '\${SIMULATOR}', keys: [key-of-spare] }
deployments:
  - { id: by-provider, provider: by-provider, model: gpt-4.1 }
  - { id: by-deployment, provider: by-deployment, model: gpt-4.1, limits: { requestsPerMinute: 20 } }
  - { id: by-model, provider: by-deployment, model: gpt-5-mini, limits: { requestsPerMinute: 2 } }
  - { id: by-key, provider: by-key, model: gpt-4.1 }
  - { id: by-tokens, provider: by-tokens, model: gpt-4.1 }
  - { id: two-keys, provider: two-keys, model: gpt-4.1 }
  - { id: paused, provider: paused, model: gpt-4.1-mini }
  - { id: one-project, provider: one-project, model: gpt-4.1 }
  - { id: paused-project, provider: paused-project, model: gpt-4.1-nano }
  - { id: at-once, provider: at-once, model: gpt-4.1 }
  - { id: spare, provider: spare, model: llama-3.3-70b-versatile }
models:
  by-provider-or-spare: { name: Any, deployments: [by-provider, spare] }
  by-deployment-or-spare: { name: Any, deployments: [by-deployment, spare] }
  by-model-stood-by: { name: Any, deployments: [by-model], fallbacks: { rateLimited: [spare] } }
  by-tokens-or-spare: { name: Any, deployments: [by-tokens, spare] }
  one-project-or-spare: { name: Any, deployments: [one-project, spare] }
  paused-project-or-spare: { name: Any, deployments: [paused-project, spare] }
  at-once-or-spare: { name: Any, deployments: [at-once, spare] }
`
/** What limits under 100 may be exceeded by: one call of each replica. */
const SLACK_CALLS = 2

let redis: TestRedis
let simulator: Simulator
let replicas: [RouterUnderTest, RouterUnderTest]
beforeAll(async () => {
  ;[simulator, redis] = await Promise.all([startSimulator(), createTestRedis()])
  replicas = await startReplicasUnderTest({
    yaml: YAML,
    environment: { SIMULATOR: simulator.url },
    redisUrls: [redis.url, redis.url],
  })
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await Promise.all(replicas.map((router) => router.close()))
  await redis.close()
  await simulator.close()
})

const attemptsBy = (...keys: string[]): Attempt[] =>
  simulator.attempts().filter(({ keyHint }) => keys.includes(keyHint))
const at = (turn: number): RouterUnderTest => replicas[turn % 2]!

/** One after another, in turn at both replicas. */
async function askInTurn(model: string, times: number): Promise<RouterAnswer[]> {
  const answers: RouterAnswer[] = []
  for (let turn = 0; turn < times; turn++) {
    answers.push(await askRouter(at(turn), { model, prompt: newPrompt() }))
  }
  return answers
}

test.each(['by-provider', 'by-deployment'])(
  'a limit of requests (%s) holds over both replicas, and its deployment’s fallback takes the rest',
  async (id) => {
    const answers = await askInTurn(`${id}-or-spare`, 40)
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    const admitted = answers.filter(({ deployment }) => deployment === id)
    expect(admitted.length).toBeLessThanOrEqual(20 + SLACK_CALLS)
    expect(admitted.length).toBeGreaterThanOrEqual(16)
    expect(attemptsBy('aaaa', 'bbbb')).toHaveLength(admitted.length)
  },
)

test('who stands by for a used up limit takes over at once', async () => {
  const answers = await askInTurn('by-model-stood-by', 10)
  expect(answers.map(({ status, attempts }) => [status, attempts])).toEqual(
    answers.map(() => [200, 1]),
  )
  const admitted = answers.filter(({ deployment }) => deployment === 'by-model')
  expect(admitted.length).toBeLessThanOrEqual(2 + SLACK_CALLS)
  expect(answers.at(-1)).toMatchObject({ deployment: 'spare' })
})

test('where nobody else is left, what a limit (by-key) does not admit is a 429 that says how long to wait', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, turn) =>
      askRouter(at(turn), { model: 'by-key', prompt: newPrompt() }),
    ),
  )
  const admitted = answers.filter(({ status }) => status === 200)
  const refused = answers.filter(({ status }) => status !== 200)
  expect(admitted.length).toBeLessThanOrEqual(20 + SLACK_CALLS)
  expect(admitted.length).toBeGreaterThanOrEqual(16)
  expect(attemptsBy('cccc')).toHaveLength(admitted.length)
  for (const { status, error, headers } of refused) {
    expect({ status, error }).toMatchObject({ status: 429, error: { code: 'rate_limit_exceeded' } })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
})

test('a limit of tokens holds over both replicas', async () => {
  const answers = await askInTurn('by-tokens-or-spare', 40)
  expect(answers.every(({ status }) => status === 200)).toBe(true)
  const used = attemptsBy('dddd').reduce((sum, each) => sum + each.tokensIn + each.tokensOut, 0)
  // Beyond the limit one call of each replica at most, and none is longer than what was reserved for it.
  expect(used).toBeLessThanOrEqual(3_000 + 2 * 520)
  expect(used).toBeGreaterThan(2_000)
  expect(answers.some(({ deployment }) => deployment === 'spare')).toBe(true)
})

test('two keys of one provider are used evenly', async () => {
  await askInTurn('two-keys', 60)
  const [one, other] = [attemptsBy('eeee').length, attemptsBy('ffff').length]
  expect(one + other).toBe(60)
  // Chance decides among equals, and what a replica holds in advance counts as used.
  expect(Math.abs(one - other)).toBeLessThanOrEqual(20)
})

test('a 429 at one key moves to the other, and no replica calls the first one before it may', async () => {
  simulator.setFault({ model: 'gpt-4.1-mini', fault: '429-retry-after-60', times: 1 })
  const [answer] = await askInTurn('paused', 1)
  expect(answer).toMatchObject({ status: 200, attempts: 2 })
  const [refused, used] = simulator.attempts().map(({ keyHint }) => keyHint)
  expect(new Set([refused, used])).toEqual(new Set(['gggg', 'hhhh']))
  await eventually(async () => {
    simulator.clear()
    await askInTurn('paused', 10)
    expect(attemptsBy(refused!)).toEqual([])
  })
  await askInTurn('paused', 20)
  expect(attemptsBy(refused!)).toEqual([])
})

test('keys of one project share its quota', async () => {
  const answers = await askInTurn('one-project-or-spare', 40)
  const admitted = answers.filter(({ deployment }) => deployment === 'one-project')
  expect(admitted.length).toBeLessThanOrEqual(20 + SLACK_CALLS)
  expect(attemptsBy('iiii', 'jjjj')).toHaveLength(admitted.length)
})

test('a 429 at one key of a project goes for all its keys', async () => {
  simulator.setFault({ model: 'gpt-4.1-nano', fault: '429-retry-after-60', times: 1 })
  const [answer] = await askInTurn('paused-project-or-spare', 1)
  expect(answer).toMatchObject({ status: 200, deployment: 'spare', attempts: 2 })
  await eventually(async () => {
    const [, other] = await askInTurn('paused-project-or-spare', 2)
    expect(other).toMatchObject({ deployment: 'spare', attempts: 1 })
  })
  expect(attemptsBy('llll', 'mmmm').filter(({ status }) => status === 429)).toHaveLength(1)
})

test('calls at once are limited over both replicas, and every ending frees a place', async () => {
  const wave = (fault: string, leaving?: AbortSignal) => {
    simulator.clear()
    simulator.setFault({ model: 'gpt-4.1', fault })
    const asked = Array.from({ length: 30 }, async (_, turn) => {
      const question = { model: 'at-once-or-spare', prompt: newPrompt(), stream: turn % 4 < 2 }
      const signal = leaving === undefined ? {} : { signal: leaving }
      return askRouter(at(turn), { ...question, ...signal }).catch(() => undefined)
    })
    return Promise.all(asked)
  }
  for (const fault of ['slow-first-token-200', '500']) {
    const answers = await wave(fault)
    expect(answers.every((answer) => answer?.status === 200)).toBe(true)
    expect(attemptsBy('kkkk').length).toBeGreaterThanOrEqual(2)
    expect(mostAtOnce(attemptsBy('kkkk'))).toBeLessThanOrEqual(8)
  }
  const leaving = new AbortController()
  const left = wave('hang', leaving.signal)
  await eventually(() => expect(simulator.attempts()).toHaveLength(30))
  expect(attemptsBy('kkkk').length).toBeLessThanOrEqual(8)
  leaving.abort()
  await left
  simulator.clear()
  await eventually(async () => {
    const answers = await askInTurn('at-once-or-spare', 4)
    expect(answers.map(({ deployment }) => deployment)).toEqual(answers.map(() => 'at-once'))
  })
})

function mostAtOnce(attempts: readonly Attempt[]): number {
  const spans = attempts.map(({ at: begin, durationMs }) => {
    const beginMs = Date.parse(begin)
    return { beginMs, endMs: beginMs + durationMs! }
  })
  return Math.max(
    ...spans.map(
      ({ beginMs }) =>
        spans.filter((span) => span.beginMs <= beginMs && beginMs < span.endMs).length,
    ),
  )
}
