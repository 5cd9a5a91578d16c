import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Attempt, Simulator } from '@brainlyx/provider-simulator'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { askRouter, deploymentsAt, explain, newPrompt } from './ask-router.ts'
import { startReplicasUnderTest } from './replicas-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const FREE = 'price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 }'

/** Each test breaks a deployment of its own, named like its model; `spare` stands in for it. */
const yaml = (openMs: number, broken: readonly string[]): string => `
breaker: { consecutiveFailures: 3, openMs: ${openMs} }
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
deployments:
${[...broken, 'spare'].map((id) => `  - { id: ${id}, provider: openai, model: ${id}, ${FREE} }`).join('\n')}
models:
${broken.map((id) => `  ${id}-or-spare: { name: Any, deployments: [${id}, spare] }`).join('\n')}
${broken.map((id) => `  ${id}-stood-by: { name: Any, deployments: [${id}], fallbacks: { unavailable: [spare] } }`).join('\n')}
`

let redises: [TestRedis, TestRedis]
let simulator: Simulator
/** Two replicas whose breakers stay open for a minute, and two whose breakers soon let a probe through. */
let patient: [RouterUnderTest, RouterUnderTest]
let hasty: [RouterUnderTest, RouterUnderTest]
beforeAll(async () => {
  simulator = await startSimulator()
  redises = [await createTestRedis(), await createTestRedis()]
  const start = ({ url }: TestRedis, text: string) =>
    startReplicasUnderTest({
      yaml: text,
      environment: { SIMULATOR: simulator.url },
      redisUrls: [url, url],
    })
  ;[patient, hasty] = await Promise.all([
    start(redises[0], yaml(60_000, ['told', 'stood-by-for', 'counted', 'alone'])),
    start(redises[1], yaml(100, ['mended', 'broken'])),
  ])
})
afterAll(async () => {
  await Promise.all([...patient, ...hasty].map((router) => router.close()))
  await Promise.all(redises.map((redis) => redis.close()))
  await simulator.close()
})

const attemptsAt = (model: string): Attempt[] =>
  simulator.attempts().filter((attempt) => attempt.model === model)
const ask = (router: RouterUnderTest, model: string) =>
  askRouter(router, { model, prompt: newPrompt() })
const breakerAt = async (router: RouterUnderTest, id: string) =>
  (await deploymentsAt(router))[id]?.breaker
const statesOf = async (id: string, replicas: readonly RouterUnderTest[]) =>
  (await Promise.all(replicas.map((router) => breakerAt(router, id)))).map((found) => found?.state)

/** By failures in a row that only the first replica sees. */
async function open(id: string, replicas: readonly [RouterUnderTest, RouterUnderTest]) {
  simulator.setFault({ model: id, fault: '503' })
  for (let time = 0; time < 3; time++) {
    expect(await ask(replicas[0], `${id}-or-spare`)).toMatchObject({ deployment: 'spare' })
  }
  expect(await breakerAt(replicas[0], id)).toMatchObject({ state: 'open' })
  await eventually(async () => expect(await statesOf(id, replicas)).toEqual(['open', 'open']))
}

test('what fails at one replica is passed over at the other, which says why', async () => {
  const [, b] = patient
  await open('told', patient)
  const seen = attemptsAt('told').length
  const answer = await ask(b, 'told-or-spare')
  expect(answer).toMatchObject({ status: 200, deployment: 'spare', attempts: 1 })
  expect(attemptsAt('told')).toHaveLength(seen)
  expect((await explain(b, answer)).order[1]).toEqual({
    deployment: 'told',
    why: 'last resort, its breaker is open',
  })
  const { probeInMs, ...breaker } = (await breakerAt(b, 'told'))!
  expect(breaker).toMatchObject({ state: 'open', weight: 0 })
  expect(probeInMs).toBeGreaterThan(0)
  expect(probeInMs).toBeLessThanOrEqual(66_000)
})

test('who stands by takes over before what is open is called again', async () => {
  await open('stood-by-for', patient)
  const seen = attemptsAt('stood-by-for').length
  for (const router of patient) {
    const answer = await ask(router, 'stood-by-for-stood-by')
    expect(answer).toMatchObject({ status: 200, deployment: 'spare', attempts: 1 })
  }
  expect(attemptsAt('stood-by-for')).toHaveLength(seen)
})

test('failures of both replicas count together', async () => {
  simulator.setFault({ model: 'counted', fault: '503' })
  const [a, b] = patient
  await Promise.all([a, a, b, b].map((router) => ask(router, 'counted-or-spare')))
  await eventually(async () => expect(await statesOf('counted', patient)).toEqual(['open', 'open']))
})

test('the last way to an answer is never closed', async () => {
  const [, b] = patient
  await open('alone', patient)
  const seen = attemptsAt('alone').length
  expect(await ask(b, 'alone')).toMatchObject({ status: 503 })
  expect(attemptsAt('alone').length).toBeGreaterThan(seen)
  simulator.clear()
  const prompt = newPrompt()
  const answer = await askRouter(b, { model: 'alone', prompt })
  expect(answer).toMatchObject({ status: 200, text: simulatedAnswer(prompt).text })
})

test('both replicas probe one at a time, and after two good probes what was open comes back at both', async () => {
  await open('mended', hasty)
  simulator.clear()
  simulator.setFault({ model: 'mended', fault: 'slow-first-token-100' })
  await eventually(async () => {
    const [a, b] = hasty
    const answers = await Promise.all([a, b, a, b].map((each) => ask(each, 'mended-or-spare')))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(await statesOf('mended', hasty)).toEqual(['ramping', 'ramping'])
  })
  const [first, second, third] = attemptsAt('mended').map(({ at, durationMs }) => ({
    beginMs: Date.parse(at),
    endMs: Date.parse(at) + durationMs!,
  }))
  // The log's times are rounded to milliseconds.
  expect(second!.beginMs).toBeGreaterThanOrEqual(first!.endMs - 2)
  expect(third?.beginMs ?? Infinity).toBeGreaterThanOrEqual(second!.endMs - 2)
})

test('a probe that fails opens it again at both replicas, and no caller notices', async () => {
  await open('broken', hasty)
  const seen = attemptsAt('broken').length
  await eventually(async () => {
    const answers = await Promise.all(hasty.map((router) => ask(router, 'broken-or-spare')))
    expect(answers.map(({ deployment }) => deployment)).toEqual(['spare', 'spare'])
    expect(attemptsAt('broken').length).toBeGreaterThan(seen)
  })
  await eventually(async () => expect(await statesOf('broken', hasty)).toEqual(['open', 'open']))
})
