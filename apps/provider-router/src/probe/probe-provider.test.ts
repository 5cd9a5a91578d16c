import { startSimulator } from '@brainlyx/provider-simulator'
import type { Simulator } from '@brainlyx/provider-simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adapterFor } from '../adapters/adapter-for.ts'
import { parseRouterFile } from '../config/parse-router-file.ts'
import { buildRoutingTable } from '../select/routing-table.ts'
import { probeProvider } from './probe-provider.ts'
import type { ProbeResult } from './probe-provider.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

function probe(provider: string): Promise<ProbeResult | undefined> {
  const yaml = `
providers: { it: { keys: [some-key-0123456789], name: It, ${provider} } }
deployments: [{ id: it/m, provider: it, model: m, price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } }]
`
  const table = buildRoutingTable({
    file: parseRouterFile(yaml, {}, 'test'),
    settingsKeys: new Map(),
    simulatorUrl: undefined,
  })
  return probeProvider(table.providers.get('it')!, table, new AbortController().signal, {
    adapterFor,
    nowMs: () => performance.now(),
    setTimer: (callback, ms) => {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
  })
}

test.each([
  ['openai', '/v1'],
  ['anthropic', ''],
  ['gemini', ''],
  ['groq', ''],
])('%s: one that is there answers, by a call that nobody pays for', async (kind, path) => {
  const result = await probe(`kind: ${kind}, baseUrl: '${simulator.url}${path}'`)
  expect(result).toEqual({ ok: true, durationMs: expect.any(Number) })
  expect(simulator.attempts()).toEqual([])
})

test('one that is not there does not', async () => {
  expect(await probe(`kind: openai, baseUrl: 'http://127.0.0.1:9/v1'`)).toMatchObject({ ok: false })
})
