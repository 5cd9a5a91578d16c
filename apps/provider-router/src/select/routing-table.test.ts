import { expect, test } from 'vitest'
import { listModels } from './list-models.ts'
import { tableOf } from './table-of.ts'

const simulatorUrl = 'http://127.0.0.1:4300/'

test('the simulator plays every provider while none has a key', () => {
  const table = tableOf({ keys: [], simulatorUrl })
  expect(table.simulated).toBe(true)
  expect(table.providers.get('openai')).toMatchObject({
    baseUrl: 'http://127.0.0.1:4300/v1',
    keySource: 'simulator',
    credentials: [{ providerId: 'openai', key: 'simulated' }],
  })
  expect(table.providers.get('groq')?.baseUrl).toBe('http://127.0.0.1:4300')
  expect(listModels(table).every((model) => model.brainlyx.simulated)).toBe(true)
})

test('one key ends the simulation, and the providers without one drop out', () => {
  const table = tableOf({ keys: [], settingsKeys: { groq: 'gsk-from-settings' }, simulatorUrl })
  expect(table.simulated).toBe(false)
  expect(table.providers.get('groq')).toMatchObject({
    baseUrl: 'https://groq.test',
    keySource: 'settings',
  })
  expect(listModels(table).map((model) => model.id)).toEqual(['auto', 'quick', 'groq/gpt-oss-20b'])
})

test('a key from the settings goes before the environment’s', () => {
  const { providers } = tableOf({ keys: ['openai'], settingsKeys: { openai: 'sk-newer' } })
  expect(providers.get('openai')).toMatchObject({
    keySource: 'settings',
    credentials: [{ key: 'sk-newer' }],
  })
})

test('without a key and without a simulator there are no models', () => {
  expect(listModels(tableOf({ keys: [] }))).toEqual([])
})

test('the list has virtual models first, then named ones; no wildcard and no embedding model', () => {
  const list = listModels(tableOf({ keys: ['openai', 'anthropic', 'groq'] }))
  expect(list.map((model) => model.id)).toEqual([
    'auto',
    'quick',
    'openai/gpt-4.1',
    'openai/gpt-oss-20b',
    'anthropic/claude-haiku-4-5',
    'groq/gpt-oss-20b',
  ])
})

test('a virtual model can what one of its deployments can, and holds what each of them holds', () => {
  const table = tableOf({ keys: ['openai', 'anthropic', 'groq'] })
  const [auto] = listModels(table)
  const sizes = table.virtualModels.get('auto')!.deployments.map((each) => each.contextTokens!)
  expect(auto?.brainlyx).toMatchObject({
    kind: 'virtual',
    contextTokens: Math.min(...sizes),
    capabilities: { images: true, tools: true },
  })
})
