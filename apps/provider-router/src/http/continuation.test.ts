import { StreamItem } from '@brainlyx/router-contract'
import { simulatedAnswer, startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: anthropic/claude-haiku-4-5, provider: anthropic, model: claude-haiku-4-5 }
models:
  auto: { name: Auto, deployments: [openai/gpt-4.1, anthropic/claude-haiku-4-5] }
`
const prompt = 'What is a harbour for?'
const whole = simulatedAnswer(prompt).text
const begun = whole.slice(0, 120).trimEnd()

let simulator: Simulator
let router: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  router = await startRouterUnderTest({ yaml: YAML, environment: { SIMULATOR: simulator.url } })
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await router.close()
  await simulator.close()
})

async function goOn(
  model: string,
  wantsEvents: boolean,
): Promise<{ text: string; items: StreamItem[] }> {
  const response = await fetch(`${router.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${router.client.apiKey}`,
      'x-brainlyx-events': wantsEvents ? '1' : '0',
    },
    body: JSON.stringify({
      model,
      stream: true,
      messages: [
        { role: 'user', content: prompt },
        { role: 'assistant', content: `${begun} \n` },
      ],
      brainlyx: { continue: true },
    }),
  })
  const items = (await response.text())
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => StreamItem.parse(JSON.parse(event.slice('data: '.length))))
  const text = items
    .map((item) => ('choices' in item ? (item.choices[0]?.delta.content ?? '') : ''))
    .join('')
  return { text, items }
}

test('a model known to take a beginning goes on from it, its trailing blanks left out', async () => {
  const { text, items } = await goOn('anthropic/claude-haiku-4-5', true)
  expect(begun + text).toBe(whole)
  expect(items.some((item) => 'brainlyx' in item && item.brainlyx?.type === 'restart')).toBe(false)
  expect(simulator.attempts()).toMatchObject([{ prefillLength: begun.length, continued: true }])
})

test('any other model begins again, and says so before its first word', async () => {
  const { text, items } = await goOn('openai/gpt-4.1', true)
  expect(text).toBe(whole)
  const kinds = items.map((item) => ('brainlyx' in item ? item.brainlyx?.type : undefined))
  expect(kinds.slice(0, 3)).toEqual(['attempt-start', 'restart', undefined])
  expect(simulator.attempts()).toMatchObject([{ prefillLength: 0, continued: false }])
})

test('a caller that reads no events gets a model that goes on, or none', async () => {
  const { text } = await goOn('auto', false)
  expect(begun + text).toBe(whole)
  expect(simulator.attempts().map(({ provider }) => provider)).toEqual(['anthropic'])
  const refused = await fetch(`${router.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${router.client.apiKey}`,
    },
    body: JSON.stringify({
      model: 'openai/gpt-4.1',
      messages: [
        { role: 'user', content: prompt },
        { role: 'assistant', content: begun },
      ],
      brainlyx: { continue: true },
    }),
  })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ error: { code: 'prefill-unsupported' } })
})
