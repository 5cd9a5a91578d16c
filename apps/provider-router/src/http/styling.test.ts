import { simulatedAnswer, startSimulator, tokensOf } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { askRouter, newPrompt } from './ask-router.ts'
import type { RouterQuestion } from './ask-router.ts'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

const YAML = `
providers:
  openai: { kind: openai, name: OpenAI, baseUrl: '\${SIMULATOR}/v1', keys: [key-of-openai] }
  anthropic: { kind: anthropic, name: Anthropic, baseUrl: '\${SIMULATOR}', keys: [key-of-anthropic] }
deployments:
  - { id: openai/gpt-4.1, provider: openai, model: gpt-4.1 }
  - { id: anthropic/claude-haiku-4-5, provider: anthropic, model: claude-haiku-4-5 }
  - { id: openai/gpt-4.1-mini, provider: openai, model: gpt-4.1-mini }
models:
  begun-again: { name: Begun again, deployments: [openai/gpt-4.1, openai/gpt-4.1-mini] }
  auto: { name: Auto, deployments: [openai/gpt-4.1, anthropic/claude-haiku-4-5] }
`
/** After so many tokens the simulator’s answers to requests for code are in the middle of the code. */
const TOKENS = 60

let simulator: Simulator
let router: RouterUnderTest
/** An installation that leaves answers as they are. */
let plain: RouterUnderTest
beforeAll(async () => {
  simulator = await startSimulator()
  const environment = { SIMULATOR: simulator.url }
  router = await startRouterUnderTest({ yaml: YAML, environment })
  plain = await startRouterUnderTest({ yaml: `style: raw\n${YAML}`, environment })
})
beforeEach(() => simulator.clear())
afterAll(async () => {
  await Promise.all([router.close(), plain.close()])
  await simulator.close()
})

const forCode = (): string =>
  newPrompt('Write a TypeScript function that finds the largest number.')
/** What the simulator says until it reaches the limit. */
function begunCode(prompt: string): string {
  const begun = tokensOf(simulatedAnswer(prompt).text).slice(0, TOKENS).join('')
  expect(begun.match(/^```/gm)).toHaveLength(1)
  return begun
}
const askForCode = (prompt: string, more: Partial<RouterQuestion> = {}, at = router) =>
  askRouter(at, { model: 'auto', prompt, max_tokens: TOKENS, ...more })

test.each([false, true])(
  'code that the answer ends in the middle of is closed (streamed: %s)',
  async (stream) => {
    const prompt = forCode()
    const answer = await askForCode(prompt, { stream })
    expect(answer).toMatchObject({ status: 200, finish: 'length' })
    expect(answer.text).toBe(`${begunCode(prompt)}\n\`\`\``)
  },
)

test.each<[string, Partial<RouterQuestion>]>([
  ['x-brainlyx-style: raw', { headers: { 'x-brainlyx-style': 'raw' } }],
  ['brainlyx.style: raw', { brainlyx: { style: 'raw' } }],
])('%s leaves it as the model wrote it', async (_, wish) => {
  for (const stream of [false, true]) {
    const prompt = forCode()
    expect((await askForCode(prompt, { stream, ...wish })).text).toBe(begunCode(prompt))
  }
})

test('an installation may leave all answers as they are, and a caller may ask for style', async () => {
  const prompt = forCode()
  expect((await askForCode(prompt, {}, plain)).text).toBe(begunCode(prompt))
  const styled = await askForCode(prompt, { brainlyx: { style: 'brainlyx' } }, plain)
  expect(styled.text).toBe(`${begunCode(prompt)}\n\`\`\``)
})

test.each([
  { type: 'json_object' },
  {
    type: 'json_schema',
    json_schema: {
      name: 'snippet',
      schema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
    },
  },
])('a document ($type) is not touched', async (format) => {
  const prompt = forCode()
  const question = { model: 'openai/gpt-4.1', prompt, response_format: format }
  const whole = await askRouter(router, question)
  const streamed = await askRouter(router, { ...question, stream: true })
  const raw = await askRouter(router, { ...question, headers: { 'x-brainlyx-style': 'raw' } })
  expect(() => JSON.parse(whole.text) as unknown).not.toThrow()
  expect([whole.text, streamed.text]).toEqual([raw.text, raw.text])
})

test('finished code, lists, tables and formulas come through as they are', async () => {
  const prompts = [
    forCode(),
    newPrompt('Write a list of harbours.'),
    newPrompt('Compare two lighthouses in a table.'),
    newPrompt('Solve this equation: x + 2 = 5'),
  ]
  for (const prompt of prompts) {
    for (const stream of [false, true]) {
      const answer = await askRouter(router, { model: 'auto', prompt, stream })
      expect(answer.text).toBe(simulatedAnswer(prompt).text)
    }
  }
})

test.each(['auto', 'begun-again'])(
  'code that breaks off and is finished elsewhere is one block (%s)',
  async (model) => {
    simulator.setFault({ model: 'gpt-4.1', fault: `cut-after-${TOKENS}` })
    for (const readsEvents of ['0', '1']) {
      const prompt = forCode()
      begunCode(prompt)
      const headers = { 'x-brainlyx-events': readsEvents }
      const answer = await askRouter(router, { model, prompt, stream: true, headers })
      expect(answer).toMatchObject({ text: simulatedAnswer(prompt).text, done: true })
    }
  },
)

test('code that breaks off for good is not passed off as finished', async () => {
  simulator.setFault({ fault: `cut-after-${TOKENS}` })
  const prompt = forCode()
  const answer = await askRouter(router, { model: 'openai/gpt-4.1', prompt, stream: true })
  expect(answer).toMatchObject({ done: false, finish: null, error: { code: 'stream-cut' } })
})
