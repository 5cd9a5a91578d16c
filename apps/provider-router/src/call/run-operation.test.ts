import type { AttemptEnd } from '@brainlyx/router-contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ProviderErrorCode } from '../adapters/provider-error.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { Candidate } from '../choose/choose-candidates.ts'
import { createCredentialHealth } from '../credential/credential-health.ts'
import { selectModel } from '../select/select-model.ts'
import { tableOf } from '../select/table-of.ts'
import { runOperation } from './run-operation.ts'
import type { RouteEvent } from './run-operation.ts'

type Script = (signal: AbortSignal) => AsyncIterable<StreamPart>

const [groq, anthropic, openai] = selectModel(
  tableOf({ keys: ['openai', 'anthropic', 'groq'] }),
  'auto',
).deployments.map((deployment) => ({ deployment, credential: deployment.provider.credentials[0]! }))

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

const text = (value: string): StreamPart => ({
  type: 'text-delta',
  choice: 0,
  text: value,
  block: 0,
})
const start: StreamPart = { type: 'response-start', id: null, model: null }
const finish: StreamPart = { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }
const usage = (outputTokens: number): StreamPart => ({
  type: 'usage',
  usage: {
    inputTokens: 10,
    outputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false,
  },
  raw: {},
})

function answers(value: string): Script {
  return async function* () {
    yield* [start, text(value), usage(3), finish, { type: 'response-end', endMarker: true }]
  }
}

function fails(
  code: ProviderErrorCode,
  options: { retryAfterMs?: number; status?: number; after?: StreamPart[] } = {},
): Script {
  const retryable = !/invalid|filtered|context|credential|quota|found/.test(code)
  return async function* () {
    yield* options.after ?? []
    throw new ProviderError({ code, status: null, retryable, ...options })
  }
}

/** Silence that ends only with the call. */
function stalls(after: StreamPart[] = []): Script {
  return async function* (signal) {
    yield* after
    await new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    )
  }
}

interface Run {
  readonly text: string
  readonly tried: string[]
  readonly ends: AttemptEnd[]
  readonly observed: AttemptEnd[]
  readonly slept: number[]
  readonly error: unknown
}

/** Each call takes the next script of its candidate, the last one again and again. */
async function run(
  scripts: [Candidate | undefined, ...Script[]][],
  options: {
    deadlineMs?: number
    signal?: AbortSignal
    streams?: boolean
    restarts?: (candidate: Candidate) => boolean
    health?: ReturnType<typeof createCredentialHealth>
  } = {},
): Promise<Run> {
  const observed: AttemptEnd[] = []
  const slept: number[] = []
  const events: RouteEvent[] = []
  const nowMs = (): number => Date.now()
  const queues = new Map(scripts.map(([candidate, ...each]) => [candidate, each]))
  const operation = runOperation(
    {
      streams: options.streams ?? true,
      inputTokens: 7,
      restarts: options.restarts ?? (() => false),
      open(candidate, signal) {
        const queue = queues.get(candidate)!
        return (queue.length > 1 ? queue.shift()! : queue[0]!)(signal)
      },
    },
    {
      candidates: scripts.map(([candidate]) => candidate!),
      deadlineMs: options.deadlineMs ?? 300_000,
      signal: options.signal ?? new AbortController().signal,
    },
    {
      health: options.health ?? createCredentialHealth(nowMs),
      observe: (_candidate, end) => observed.push(end),
      nowMs,
      random: () => 0.5,
      sleep: async (ms) => void slept.push(ms),
      newAttemptId: () => crypto.randomUUID(),
    },
  )
  let error: unknown
  try {
    for await (const event of operation) events.push(event)
  } catch (thrown) {
    error = thrown
  }
  const found = events.flatMap((event) => (event.type === 'event' ? [event.event] : []))
  return {
    text: events
      .map((event) =>
        event.type === 'part' && event.part.type === 'text-delta' ? event.part.text : '',
      )
      .join(''),
    tried: found.flatMap((event) => (event.type === 'attempt-start' ? [event.deployment] : [])),
    ends: found.filter((event) => event.type === 'attempt-end'),
    observed,
    slept,
    error,
  }
}

test('the first candidate answers, and its attempt is announced before and settled after', async () => {
  const {
    text: said,
    tried,
    ends,
    error,
  } = await run([
    [groq, answers('one')],
    [openai, answers('two')],
  ])
  expect({ said, tried, error }).toEqual({
    said: 'one',
    tried: ['groq/gpt-oss-20b'],
    error: undefined,
  })
  // 10 input tokens at 0.075 and 3 output tokens at 0.3 US dollars a million.
  expect(ends).toMatchObject([
    {
      outcome: 'completed',
      rawFinish: 'stop',
      costPicoUsd: '1650000',
      usage: { outputTokens: 3, estimated: false },
    },
  ])
})

test.each<ProviderErrorCode>([
  'rate-limited',
  'insufficient-quota',
  'bad-credential',
  'model-not-found',
  'request-exceeds-limit',
  'overloaded',
  'provider-unavailable',
  'connection-failed',
  'timeout',
  'stream-cut',
  'stream-error',
  'prefill-unsupported',
])('after %s another candidate answers, and what the first began is never seen', async (code) => {
  const {
    text: said,
    tried,
    ends,
  } = await run([
    [groq, fails(code, { after: [start, usage(0)] })],
    [anthropic, answers('two')],
  ])
  expect(said).toBe('two')
  expect(tried).toEqual(['groq/gpt-oss-20b', 'anthropic/claude-haiku-4-5'])
  expect(ends.map((end) => [end.outcome, end.error?.code])).toEqual([
    ['failed', code],
    ['completed', undefined],
  ])
})

test.each<ProviderErrorCode>(['invalid-request', 'content-filtered'])(
  'after %s nobody else is asked',
  async (code) => {
    const { tried, error } = await run([
      [groq, fails(code)],
      [anthropic, answers('two')],
    ])
    expect(tried).toHaveLength(1)
    expect(error).toMatchObject({ code, status: 400, retryable: false, attempts: 1 })
  },
)

test('a context too long goes to a larger one only', async () => {
  const smaller = {
    ...anthropic!,
    deployment: { ...anthropic!.deployment, contextTokens: 100_000 },
  }
  const { tried, text: said } = await run([
    [groq, fails('context-too-long')],
    [smaller, answers('small')],
    [openai, answers('large')],
  ])
  expect(tried).toEqual(['groq/gpt-oss-20b', 'openai/gpt-4.1'])
  expect(said).toBe('large')
})

test('a second key of the same place helps against its limits, not against its outage', async () => {
  const secondKey = { ...groq!, credential: { providerId: 'groq', key: 'second' } }
  expect(
    (
      await run([
        [groq, fails('rate-limited')],
        [secondKey, answers('two')],
      ])
    ).text,
  ).toBe('two')
  const outage = await run([
    [groq, fails('overloaded', { retryAfterMs: 9_000 })],
    [secondKey, answers('two')],
  ])
  expect(outage.tried).toHaveLength(1)
})

test('the last candidate is tried once more after a short wait, and only once', async () => {
  const healed = await run([[groq, fails('overloaded', { retryAfterMs: 1_500 }), answers('again')]])
  expect(healed).toMatchObject({ text: 'again', slept: [1_525] })
  const broken = await run([
    [groq, fails('overloaded')],
    [openai, fails('connection-failed')],
  ])
  expect(broken.tried).toEqual(['groq/gpt-oss-20b', 'openai/gpt-4.1', 'openai/gpt-4.1'])
  expect(broken.slept).toEqual([300])
  expect(broken.error).toMatchObject({ code: 'provider-unavailable', status: 502, attempts: 3 })
})

test('nobody is made to wait for a provider that asks for more than two seconds', async () => {
  const { slept, tried, error } = await run([
    [groq, fails('rate-limited', { retryAfterMs: 6_000 })],
  ])
  expect(slept).toEqual([])
  expect(tried).toHaveLength(1)
  expect(error).toMatchObject({
    code: 'rate-limited',
    status: 429,
    retryable: true,
    retryAfterMs: 6_000,
  })
})

test('of several failures the caller hears the one that waiting helps against, with the shortest wait', async () => {
  const { error } = await run([
    [groq, fails('rate-limited', { retryAfterMs: 30_000 })],
    [anthropic, fails('rate-limited', { retryAfterMs: 5_000 })],
    [openai, fails('bad-credential')],
  ])
  expect(error).toMatchObject({ code: 'rate-limited', retryAfterMs: 5_000 })
})

test('a refused key is a gateway’s fault to the caller, and is remembered', async () => {
  const health = createCredentialHealth(() => Date.now())
  const { error } = await run([[groq, fails('bad-credential', { status: 401 })]], { health })
  expect(error).toMatchObject({
    code: 'provider-credential-rejected',
    status: 502,
    retryable: false,
  })
  expect(health.isRefused(groq!.credential, 'any model')).toBe(true)
  await run([[groq, answers('mended')]], { health })
  expect(health.isRefused(groq!.credential, groq!.deployment.model)).toBe(false)
})

test('after the first delivered piece a failure is final, and what was produced is accounted', async () => {
  const {
    text: said,
    tried,
    ends,
    error,
  } = await run([
    [groq, fails('stream-cut', { after: [start, text('This is a part of'), usage(1)] })],
    [openai, answers('two')],
  ])
  expect(said).toBe('This is a part of')
  expect(tried).toHaveLength(1)
  expect(ends).toMatchObject([
    {
      outcome: 'failed',
      usage: { inputTokens: 10, outputTokens: 5, estimated: true },
      error: { code: 'stream-cut' },
    },
  ])
  expect(error).toMatchObject({ code: 'stream-cut', status: 502 })
})

test('a provider that counts nothing is counted for', async () => {
  const { ends } = await run([
    [
      groq,
      async function* () {
        yield* [start, text('four words of text'), finish]
      },
    ],
  ])
  expect(ends[0]?.usage).toMatchObject({ inputTokens: 7, outputTokens: 5, estimated: true })
})

test('a candidate that cannot go on from the caller’s text says that it begins again', async () => {
  const { tried } = await run([[groq, answers('whole')]], { restarts: () => true })
  expect(tried).toHaveLength(1)
  const events: unknown[] = []
  const operation = runOperation(
    {
      streams: true,
      inputTokens: 1,
      restarts: () => true,
      open: (_, signal) => answers('whole')(signal),
    },
    { candidates: [groq!], deadlineMs: 1_000, signal: new AbortController().signal },
    {
      health: createCredentialHealth(() => 0),
      observe: () => {},
      nowMs: () => 0,
      random: () => 0,
      sleep: async () => {},
      newAttemptId: () => 'id',
    },
  )
  for await (const event of operation)
    events.push(event.type === 'event' ? event.event.type : event.part.type)
  expect(events.slice(0, 4)).toEqual(['attempt-start', 'restart', 'response-start', 'text-delta'])
})

test('a silent provider is left after its first-token limit, and not asked again', async () => {
  const running = run([
    [groq, stalls([start])],
    [openai, answers('two')],
  ])
  await vi.advanceTimersByTimeAsync(8_999)
  await vi.advanceTimersByTimeAsync(1)
  const { text: said, ends } = await running
  expect(said).toBe('two')
  expect(ends[0]).toMatchObject({
    error: { code: 'timeout' },
    durationMs: 9_000,
    usage: null,
    costPicoUsd: null,
  })

  const alone = run([[groq, stalls()]])
  await vi.advanceTimersByTimeAsync(9_000)
  expect(await alone).toMatchObject({
    slept: [],
    error: { code: 'timeout', status: 504, retryable: true },
  })
})

test('a stream that stalls is ended after its idle limit', async () => {
  const running = run([[groq, stalls([start, text('Half')])]])
  await vi.advanceTimersByTimeAsync(7_000)
  const { ends, error } = await running
  expect(ends[0]).toMatchObject({ outcome: 'failed', durationMs: 7_000 })
  expect(error).toMatchObject({ code: 'timeout' })
})

test('a reader that pauses longer than the idle limit is not taken for a silent provider', async () => {
  const running = runOperation(
    {
      streams: true,
      inputTokens: 1,
      restarts: () => false,
      open: (_, signal) => answers('one')(signal),
    },
    { candidates: [groq!], deadlineMs: 300_000, signal: new AbortController().signal },
    {
      health: createCredentialHealth(() => 0),
      observe: () => {},
      nowMs: () => Date.now(),
      random: () => 0,
      sleep: async () => {},
      newAttemptId: () => 'id',
    },
  )
  let said = ''
  for await (const event of running) {
    if (event.type === 'part' && event.part.type === 'text-delta') said += event.part.text
    await vi.advanceTimersByTimeAsync(8_000)
  }
  expect(said).toBe('one')
})

test('a call that is not streamed has a total limit alone', async () => {
  const running = run([[openai, stalls()]], { streams: false })
  await vi.advanceTimersByTimeAsync(4_999)
  await vi.advanceTimersByTimeAsync(1)
  expect(await running).toMatchObject({ error: { code: 'timeout' } })
})

test('all attempts together keep one deadline', async () => {
  const running = run(
    [
      [groq, stalls()],
      [anthropic, stalls()],
      [openai, answers('late')],
    ],
    {
      deadlineMs: 12_000,
    },
  )
  await vi.advanceTimersByTimeAsync(12_000)
  const { tried, ends, error } = await running
  expect(tried).toEqual(['groq/gpt-oss-20b', 'anthropic/claude-haiku-4-5'])
  expect(ends.map((end) => end.durationMs)).toEqual([9_000, 3_000])
  expect(error).toMatchObject({ code: 'timeout', status: 504 })
})

test('a caller that hangs up ends the call at once, and what was produced is accounted as aborted', async () => {
  const caller = new AbortController()
  const reason = new Error('gone')
  const running = run(
    [
      [groq, stalls([start, text('Half an answer')])],
      [openai, answers('two')],
    ],
    {
      signal: caller.signal,
    },
  )
  await vi.advanceTimersByTimeAsync(100)
  caller.abort(reason)
  const { error, observed, tried } = await running
  expect(error).toBe(reason)
  expect(tried).toHaveLength(1)
  expect(observed).toMatchObject([
    {
      outcome: 'aborted',
      durationMs: 100,
      usage: { inputTokens: 7, outputTokens: 4, estimated: true },
    },
  ])
})

test('a reader that stops reading ends the call too', async () => {
  let aborted = false
  const observed: AttemptEnd[] = []
  const operation = runOperation(
    {
      streams: true,
      inputTokens: 1,
      restarts: () => false,
      async *open(_candidate, signal) {
        signal.addEventListener('abort', () => (aborted = true))
        yield text('one')
        yield text('two')
      },
    },
    { candidates: [groq!], deadlineMs: 1_000, signal: new AbortController().signal },
    {
      health: createCredentialHealth(() => 0),
      observe: (_candidate, end) => observed.push(end),
      nowMs: () => 0,
      random: () => 0,
      sleep: async () => {},
      newAttemptId: () => 'id',
    },
  )
  for await (const event of operation) if (event.type === 'part') break
  expect(aborted).toBe(true)
  expect(observed).toMatchObject([{ outcome: 'aborted' }])
  expect(vi.getTimerCount()).toBe(0)
})

test('no timer stays after an answer', async () => {
  await run([[groq, answers('one')]])
  expect(vi.getTimerCount()).toBe(0)
})
