import { expect, test } from 'vitest'
import { selectModel } from './select-model.ts'
import { tableOf } from './table-of.ts'

const all = tableOf({ keys: ['openai', 'anthropic', 'groq'] })
const ids = (model: string, table = all): string[] =>
  selectModel(table, model).deployments.map((deployment) => deployment.id)

test('a virtual model is its deployments in the order of the file', () => {
  expect(ids('auto')).toEqual(['groq/gpt-oss-20b', 'anthropic/claude-haiku-4-5', 'openai/gpt-4.1'])
})

test('deployments of providers without a key are left out', () => {
  expect(ids('auto', tableOf({ keys: ['openai'] }))).toEqual(['openai/gpt-4.1'])
})

test('a model of which no provider has a key is unavailable, and one that nobody has is not found', () => {
  expect(() => ids('quick', tableOf({ keys: ['openai'] }))).toThrow(
    expect.objectContaining({ code: 'no-deployment', status: 503 }),
  )
  expect(() => ids('gpt-999')).toThrow(
    expect.objectContaining({ code: 'model-not-found', status: 404 }),
  )
})

test('a deployment is found by its id, with the limits laid over each other', () => {
  const [deployment] = selectModel(all, 'openai/gpt-4.1').deployments
  expect(deployment).toMatchObject({
    model: 'gpt-4.1',
    api: 'openai-responses',
    timeLimits: { firstTokenMs: 30_000, idleMs: 7_000, totalMs: 5_000, wholeMs: 5_000 },
  })
  const [groq] = selectModel(all, 'groq/gpt-oss-20b').deployments
  expect(groq?.timeLimits).toEqual({
    connectMs: 2_000,
    firstTokenMs: 9_000,
    idleMs: 7_000,
    totalMs: 300_000,
    wholeMs: 120_000,
  })
})

test('any model can be named behind a wildcard, and keeps its whole name', () => {
  const [deployment] = selectModel(all, 'openai/fx--NAME/with:odd+name').deployments
  expect(deployment).toMatchObject({
    id: 'openai/fx--NAME/with:odd+name',
    model: 'fx--NAME/with:odd+name',
    api: 'openai-chat',
    prices: null,
  })
  expect(selectModel(all, 'openai/gpt-4o').deployments[0]?.prices).not.toBeNull()
  expect(() => selectModel(all, 'openai/')).toThrow('no such model')
})

test('a bare model name means every place that has it, in the order of the file', () => {
  expect(ids('openai/gpt-oss-20b')).toEqual(['openai/gpt-oss-20b'])
  expect(ids('gpt-4.1')).toEqual(['openai/gpt-4.1'])
  expect(ids('claude-opus-4-8')).toEqual(['anthropic/claude-opus-4-8'])
})

test('a stated price and capability goes before the catalogue’s', () => {
  const [deployment] = selectModel(all, 'openai/gpt-oss-20b').deployments
  expect(deployment?.prices?.outputPicoUsdPerToken).toBe(0n)
  expect(deployment?.capabilities.images).toBe(true)
  expect(deployment?.contextTokens).toBe(1_000)
})
