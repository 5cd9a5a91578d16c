import { expect, test } from 'vitest'
import type { ProviderAdapter } from '../adapters/provider-adapter.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import { parseRouterFile } from '../config/parse-router-file.ts'
import { buildRoutingTable } from '../select/routing-table.ts'
import type { RoutingTable } from '../select/routing-table.ts'
import type { ProbeResult } from './probe-provider.ts'
import { startProbes } from './start-probes.ts'

type Check = Parameters<ProviderAdapter['checkCredential']>[0]

function tableWith(providers: Record<string, { everyMs?: number; key?: string }>): RoutingTable {
  const listed = Object.entries(providers).map(([id, { everyMs, key = `key-of-${id}` }]) => {
    const probe = everyMs === undefined ? '' : `, probe: { everyMs: ${everyMs} }`
    return `  ${id}: { kind: openai, name: N, baseUrl: 'http://${id}.test/v1', keys: ['${key}'], timeouts: { connectMs: 700 }${probe} }`
  })
  const [first] = Object.keys(providers)
  const yaml = `providers:\n${listed.join('\n')}\ndeployments: [{ id: a/m, provider: ${first}, model: gpt-4.1 }]`
  return buildRoutingTable({
    file: parseRouterFile(yaml, {}, 'test'),
    settingsKeys: new Map(),
    simulatorUrl: undefined,
  })
}

/** Time that stands still until it is moved, and a provider that answers when it is told to. */
function world(first: RoutingTable, random = 0.5) {
  let now = 0
  let table = first
  const timers = new Set<{ at: number; callback: () => void }>()
  const running: (Check & { answer: (error?: unknown) => void })[] = []
  const notes: [string, ProbeResult][] = []
  const successes = new Map<string, number>()
  const probes = startProbes({
    table: () => table,
    adapterFor: () => ({
      checkCredential: (call) =>
        new Promise((resolve, reject) => {
          const answer = (error?: unknown): void => {
            running.splice(running.indexOf(check), 1)
            if (error === undefined) resolve()
            else reject(error)
          }
          const check = { ...call, answer }
          running.push(check)
          call.signal.addEventListener('abort', () => answer(call.signal.reason))
        }),
    }),
    nowMs: () => now,
    random: () => random,
    setTimer: (callback, ms) => {
      const timer = { at: now + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    lastSuccessMs: (id) => successes.get(id),
    note: (id, result) => notes.push([id, result]),
  })
  return {
    running,
    notes,
    successes,
    probes,
    timers,
    asked: () => running.map(({ target }) => target.baseUrl),
    replaceTable: (next: RoutingTable) => {
      table = next
      probes.follow()
    },
    /** Moves time and fires what is due, one by one. */
    async pass(ms: number) {
      const until = now + ms
      for (;;) {
        const [due] = [...timers].toSorted((a, b) => a.at - b.at)
        if (due === undefined || due.at > until) break
        now = due.at
        timers.delete(due)
        due.callback()
        await settled()
      }
      now = until
    },
    async answer(error?: unknown) {
      running[0]!.answer(error)
      await settled()
    },
  }
}

/** Everything that waits for a promise has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a provider that is to be probed is asked again and again; one that is not, never', async () => {
  const w = world(tableWith({ a: { everyMs: 60_000 }, b: {} }))
  await w.pass(59_999)
  expect(w.asked()).toEqual([])
  await w.pass(1)
  expect(w.running[0]?.target).toEqual({
    api: 'openai-chat',
    baseUrl: 'http://a.test/v1',
    apiKey: 'key-of-a',
    connectMs: 700,
  })
  await w.pass(40)
  await w.answer()
  expect(w.notes).toEqual([['a', { ok: true, durationMs: 40 }]])
  await w.pass(60_000)
  expect(w.asked()).toEqual(['http://a.test/v1'])
  w.probes.close()
})

test.each([
  [0, 48_000],
  [1, 72_000],
])(
  'the time between is moved by a fifth at most: by chance %d to %d ms',
  async (random, waitMs) => {
    const w = world(tableWith({ a: { everyMs: 60_000 } }), random)
    await w.pass(waitMs - 1)
    expect(w.asked()).toEqual([])
    await w.pass(1)
    expect(w.asked()).toHaveLength(1)
    w.probes.close()
  },
)

test('while a request succeeded lately nobody is asked', async () => {
  const w = world(tableWith({ a: { everyMs: 60_000 }, b: { everyMs: 60_000 } }))
  w.successes.set('a', 30_000)
  await w.pass(60_000)
  expect(w.asked()).toEqual(['http://b.test/v1'])
  await w.pass(60_000)
  expect(w.asked()).toContain('http://a.test/v1')
  w.probes.close()
})

test('one probe a provider at a time: the next waits for its end', async () => {
  const w = world(tableWith({ a: { everyMs: 1_000 } }))
  await w.pass(5_500)
  expect(w.asked()).toHaveLength(1)
  await w.answer()
  await w.pass(999)
  expect(w.asked()).toEqual([])
  await w.pass(1)
  expect(w.asked()).toHaveLength(1)
  w.probes.close()
})

const failure = (status: number | null, code: ProviderError['code']): ProviderError =>
  new ProviderError({ code, status, retryable: false })

test.each([
  ['a server’s failure', failure(503, 'overloaded'), false],
  ['no connection', failure(null, 'connection-failed'), false],
  ['a refused key', failure(401, 'bad-credential'), true],
  ['a rate limit', failure(429, 'rate-limited'), true],
  ['a server that lists no models', failure(404, 'model-not-found'), true],
  ['something unforeseen', new TypeError('x'), false],
])('%s: it answered: %o', async (_name, error, ok) => {
  const w = world(tableWith({ a: { everyMs: 60_000 } }))
  await w.pass(60_005)
  await w.answer(error)
  expect(w.notes).toEqual([['a', { ok, durationMs: 5 }]])
  w.probes.close()
})

test('silence is a failure after five seconds, and ends the call', async () => {
  const w = world(tableWith({ a: { everyMs: 60_000 } }))
  await w.pass(64_999)
  expect(w.asked()).toHaveLength(1)
  await w.pass(1)
  expect(w.asked()).toEqual([])
  expect(w.notes).toEqual([['a', { ok: false, durationMs: 5_000 }]])
  w.probes.close()
})

test('without a key nobody is asked, until there is one', async () => {
  const w = world(tableWith({ a: { everyMs: 60_000, key: '' } }))
  await w.pass(60_000)
  expect(w.asked()).toEqual([])
  expect(w.notes).toEqual([])
  w.replaceTable(tableWith({ a: { everyMs: 60_000, key: 'new' } }))
  await w.pass(60_000)
  expect(w.running[0]?.target.apiKey).toBe('new')
  w.probes.close()
})

test('a change of the configuration is followed', async () => {
  const w = world(tableWith({ a: { everyMs: 60_000 }, b: { everyMs: 60_000 }, c: {} }))
  await w.pass(30_000)
  w.replaceTable(tableWith({ a: { everyMs: 60_000 }, c: { everyMs: 20_000 } }))
  await w.pass(20_000)
  expect(w.asked()).toEqual(['http://c.test/v1'])
  await w.pass(10_000)
  expect(w.asked()).toContain('http://a.test/v1')
  expect(w.asked()).not.toContain('http://b.test/v1')
  w.replaceTable(tableWith({ c: { everyMs: 50_000 } }))
  expect(w.asked()).toEqual([])
  await settled()
  expect(w.notes.filter(([id]) => id === 'a')).toEqual([])
  await w.pass(50_000)
  expect(w.asked()).toEqual(['http://c.test/v1'])
  w.probes.close()
})

test('closing ends the probe that runs without a word of it, and leaves no timer', async () => {
  const w = world(tableWith({ a: { everyMs: 60_000 }, b: { everyMs: 90_000 } }))
  await w.pass(60_000)
  expect(w.asked()).toHaveLength(1)
  w.probes.close()
  await settled()
  expect(w.asked()).toEqual([])
  expect(w.notes).toEqual([])
  expect(w.timers.size).toBe(0)
})
