import type { AttemptEnd } from '@brainlyx/router-contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ProviderErrorCode } from '../adapters/provider-error.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import { candidatesOf } from '../choose/candidate.ts'
import type { Candidate } from '../choose/candidate.ts'
import { Decision } from '../decision/decision.ts'
import { selectModel } from '../select/select-model.ts'
import { tableOf } from '../select/table-of.ts'
import { callsUnderTest } from './calls-under-test.ts'
import type { CallDependencies } from './call-dependencies.ts'
import type { Operation } from './operation.ts'
import type { RouteEvent } from './route-event.ts'
import type { RoutePlan } from './route-plan.ts'
import { runOperation } from './run-operation.ts'

/** Part by part, each as if it had come by itself. @param goOnFrom what the caller has */
type Script = (signal: AbortSignal, goOnFrom?: string) => AsyncIterable<StreamPart>

const [groq, anthropic, openai] = selectModel(
  tableOf({ keys: ['openai', 'anthropic', 'groq'] }),
  'auto',
).deployments.map((deployment) => candidatesOf(deployment)[0]!)

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
  /** `restart` among the texts, in order. */
  readonly heard: string[]
  readonly tried: string[]
  readonly ends: AttemptEnd[]
  readonly observed: AttemptEnd[]
  readonly slept: number[]
  readonly usage: unknown
  readonly error: unknown
  readonly decision: Decision
}

interface RunOptions {
  deadlineMs?: number
  maxAttempts?: number
  signal?: AbortSignal
  streams?: boolean
  restarts?: (candidate: Candidate) => boolean
  canGoOn?: (candidate: Candidate) => boolean
  callerForgets?: boolean
  hedge?: RoutePlan['hedge']
  fallbacks?: RoutePlan['fallbacks']
  patienceMs?: number
  sleep?: (ms: number) => Promise<void>
  calls?: CallDependencies
}

const takesPrefill = ({ deployment }: Candidate): boolean =>
  deployment.capabilities.prefill === true

function operationOf(open: (candidate: Candidate) => Script, options: RunOptions = {}): Operation {
  return {
    streams: options.streams ?? true,
    mayHedge: true,
    inputTokens: 7,
    expectedTokens: 20,
    restarts: options.restarts ?? (() => false),
    canGoOn: options.canGoOn ?? takesPrefill,
    async *open(candidate, { signal, goOnFrom }) {
      for await (const part of open(candidate)(signal, goOnFrom)) yield [part]
    },
  }
}

function planOf(candidates: readonly Candidate[], options: RunOptions = {}): RoutePlan {
  return {
    candidates,
    fallbacks: options.fallbacks ?? {},
    deadlineMs: options.deadlineMs ?? 300_000,
    maxAttempts: options.maxAttempts ?? 6,
    patienceMs: options.patienceMs ?? 2_000,
    callerForgets: options.callerForgets ?? false,
    hedge: options.hedge,
    decision: new Decision('decision', () => {
      throw new Error('nobody asks for its facts here')
    }),
    noteAnswer: () => {},
  }
}

/** Each call takes the next script of its candidate, the last one again and again. */
async function run(
  scripts: [Candidate | undefined, ...Script[]][],
  options: RunOptions = {},
): Promise<Run> {
  const observed: AttemptEnd[] = []
  const slept: number[] = []
  const events: RouteEvent[] = []
  const queues = new Map(scripts.map(([candidate, ...each]) => [candidate, each]))
  const standBys = new Set(Object.values(options.fallbacks ?? {}).flat())
  const plan = planOf(
    scripts.map(([candidate]) => candidate!).filter((each) => !standBys.has(each)),
    options,
  )
  const operation = operationOf((candidate) => {
    const queue = queues.get(candidate)!
    return queue.length > 1 ? queue.shift()! : queue[0]!
  }, options)
  const calls: CallDependencies = {
    ...(options.calls ?? callsUnderTest()),
    observe: (_candidate, end) => observed.push(end),
    sleep: async (ms) => {
      slept.push(ms)
      await sleep(ms)
    },
  }
  const sleep = options.sleep ?? (async (ms: number) => void vi.setSystemTime(Date.now() + ms))
  let error: unknown
  try {
    const signal = options.signal ?? new AbortController().signal
    for await (const event of runOperation(operation, plan, signal, calls)) events.push(event)
  } catch (thrown) {
    error = thrown
  }
  const found = events.flatMap((event) => (event.type === 'event' ? [event.event] : []))
  const heard = events.flatMap((event) => {
    if (event.type === 'event') return event.event.type === 'restart' ? ['restart'] : []
    return event.parts.flatMap((part) => (part.type === 'text-delta' ? [part.text] : []))
  })
  const parts = events.flatMap((event) => (event.type === 'parts' ? event.parts : []))
  return {
    text: heard.filter((each) => each !== 'restart').join(''),
    heard,
    tried: found.flatMap((event) => (event.type === 'attempt-start' ? [event.deployment] : [])),
    ends: found.filter((event) => event.type === 'attempt-end'),
    observed,
    slept,
    usage: parts.findLast((part) => part.type === 'usage')?.usage,
    error,
    decision: plan.decision,
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
  const secondKey = {
    ...groq!,
    credential: { providerId: 'groq', key: 'second', account: 'second' },
    scopes: [
      { id: 'groq/second', limits: undefined },
      { id: 'groq/second/gpt-oss-20b', limits: undefined },
    ] as const,
  }
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
  const calls = callsUnderTest()
  const { health } = calls
  const { error } = await run([[groq, fails('bad-credential', { status: 401 })]], { calls })
  expect(error).toMatchObject({
    code: 'provider-credential-rejected',
    status: 502,
    retryable: false,
  })
  expect(health.isRefused(groq!.credential, 'any model')).toBe(true)
  await run([[groq, answers('mended')]], { calls })
  expect(health.isRefused(groq!.credential, groq!.deployment.model)).toBe(false)
})

test('what a call produced before it broke off is accounted', async () => {
  const { ends } = await run([
    [groq, fails('stream-cut', { after: [start, text('This is a part of'), usage(1)] })],
    [anthropic, goesOn('This is a part of it')],
  ])
  expect(ends[0]).toMatchObject({
    outcome: 'failed',
    usage: { inputTokens: 10, outputTokens: 5, estimated: true },
    error: { code: 'stream-cut' },
  })
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
  const { heard } = await run([[groq, answers('whole')]], { restarts: () => true })
  expect(heard).toEqual(['restart', 'whole'])
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
  const running = run([[groq, stalls([start, text('Half')]), fails('invalid-request')]])
  await vi.advanceTimersByTimeAsync(7_000)
  const { ends, error } = await running
  expect(ends[0]).toMatchObject({ outcome: 'failed', durationMs: 7_000 })
  expect(error).toMatchObject({ code: 'timeout' })
})

test('a reader that pauses longer than the idle limit is not taken for a silent provider', async () => {
  const operation = operationOf(() => answers('one'))
  const running = runOperation(
    operation,
    planOf([groq!]),
    new AbortController().signal,
    callsUnderTest(),
  )
  let said = ''
  for await (const event of running) {
    if (event.type === 'parts') {
      for (const part of event.parts) if (part.type === 'text-delta') said += part.text
    }
    await vi.advanceTimersByTimeAsync(8_000)
  }
  expect(said).toBe('one')
})

test('a call that is not streamed has a limit of its own', async () => {
  const whole = {
    ...openai!,
    deployment: {
      ...openai!.deployment,
      timeLimits: { ...openai!.deployment.timeLimits, wholeMs: 5_000 },
    },
  }
  const running = run([[whole, stalls()]], { streams: false })
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
  const operation = operationOf(
    () =>
      async function* (signal) {
        signal.addEventListener('abort', () => (aborted = true))
        yield text('one')
        yield text('two')
      },
  )
  const calls = {
    ...callsUnderTest(),
    observe: (_: Candidate, end: AttemptEnd) => void observed.push(end),
  }
  const timers = vi.getTimerCount()
  const running = runOperation(operation, planOf([groq!]), new AbortController().signal, calls)
  for await (const event of running) if (event.type === 'parts') break
  expect(aborted).toBe(true)
  expect(observed).toMatchObject([{ outcome: 'aborted' }])
  expect(calls.loads.view(groq!.deployment.id).inFlight).toBe(0)
  expect(vi.getTimerCount()).toBe(timers)
})

test('no timer stays after an answer', async () => {
  const calls = callsUnderTest()
  const timers = vi.getTimerCount()
  await run([[groq, answers('one')]], { calls })
  expect(vi.getTimerCount()).toBe(timers)
})

const cut = (...words: string[]): Script =>
  fails('stream-cut', { after: [start, ...words.map(text)] })

/** Goes on word for word from what the caller has, as a model does that takes a prefill. */
function goesOn(whole: string): Script {
  return async function* (_signal, goOnFrom) {
    if (goOnFrom === undefined) throw new Error('it was to go on')
    const rest = whole.slice(goOnFrom.trimEnd().length)
    yield* [start, text(rest), usage(3), finish, { type: 'response-end', endMarker: true }]
  }
}

test('a cut answer is gone on with elsewhere, and both calls are accounted', async () => {
  const {
    heard,
    tried,
    ends,
    usage: total,
    error,
  } = await run([
    [groq, cut('One, ', 'two, ')],
    [anthropic, goesOn('One, two, three.')],
  ])
  expect(error).toBeUndefined()
  expect(heard).toEqual(['One, ', 'two, ', 'three.'])
  expect(tried).toEqual(['groq/gpt-oss-20b', 'anthropic/claude-haiku-4-5'])
  expect(ends.map(({ outcome }) => outcome)).toEqual(['failed', 'completed'])
  // 7 and 3 of the cut call as estimated, 10 and 3 of the other as its provider says.
  expect(total).toMatchObject({ inputTokens: 17, outputTokens: 6, estimated: true })
})

test('an answer that stalls or errs in the middle is gone on with as well', async () => {
  const erring = await run([
    [groq, fails('stream-error', { after: [start, text('One ')] })],
    [anthropic, goesOn('One two')],
  ])
  expect(erring.text).toBe('One two')
  const stalling = run([
    [groq, stalls([start, text('One ')])],
    [anthropic, goesOn('One two')],
  ])
  await vi.advanceTimersByTimeAsync(7_000)
  expect((await stalling).text).toBe('One two')
})

test('those that can go on are asked before those that would begin again', async () => {
  const { tried } = await run([
    [groq, cut('One ')],
    [openai, answers('One two')],
    [anthropic, goesOn('One two')],
  ])
  expect(tried).toEqual(['groq/gpt-oss-20b', 'anthropic/claude-haiku-4-5'])
})

test('where nobody can go on, the answer is begun again and what the caller has is not said twice', async () => {
  const { heard, usage: total } = await run([
    [groq, cut('One, ', 'two')],
    [openai, answers('One, two, three')],
  ])
  expect(heard).toEqual(['One, ', 'two', ', three'])
  expect(total).toMatchObject({ inputTokens: 10, outputTokens: 3, estimated: false })
})

test('an answer begun again that says something else is an error, never half of each', async () => {
  const {
    text: said,
    ends,
    error,
  } = await run([
    [groq, cut('One, two')],
    [openai, answers('Uno, dos, tres')],
  ])
  expect(said).toBe('One, two')
  expect(error).toMatchObject({ code: 'stream-cut' })
  expect(ends.map(({ outcome }) => outcome)).toEqual(['failed', 'aborted'])
})

test('a caller that reads events is told to forget, and gets the other answer whole', async () => {
  const { heard } = await run(
    [
      [groq, cut('One, two')],
      [openai, answers('Uno, dos, tres')],
    ],
    { callerForgets: true },
  )
  expect(heard).toEqual(['One, two', 'restart', 'Uno, dos, tres'])
})

test('a place that refuses the beginning after all begins again', async () => {
  const { text: said, tried } = await run([
    [groq, cut('One ')],
    [anthropic, fails('prefill-unsupported'), answers('One two')],
  ])
  expect(said).toBe('One two')
  expect(tried).toEqual([
    'groq/gpt-oss-20b',
    'anthropic/claude-haiku-4-5',
    'anthropic/claude-haiku-4-5',
  ])
})

test('an answer cut a second time is gone on with from where it was cut last', async () => {
  const { text: said, tried } = await run([
    [groq, cut('One ')],
    [anthropic, fails('stream-cut', { after: [start, text('two ')] }), goesOn('One two three')],
  ])
  expect(said).toBe('One two three')
  expect(tried).toHaveLength(3)
})

test('a tool call that was open when the stream was cut is begun again', async () => {
  const call: StreamPart = { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'look' }
  const json = (value: string): StreamPart => ({
    type: 'tool-call-delta',
    choice: 0,
    index: 0,
    arguments: value,
  })
  const { error, tried } = await run([
    [groq, fails('stream-cut', { after: [start, text('Looking.'), call, json('{"a')] })],
    [
      anthropic,
      async function* (_signal, goOnFrom) {
        expect(goOnFrom).toBeUndefined()
        yield* [start, text('Looking.'), call, json('{"a":1}'), finish]
      },
    ],
  ])
  expect(error).toBeUndefined()
  expect(tried).toHaveLength(2)
})

test('a refusal in the middle is not rescued', async () => {
  const { tried, error } = await run([
    [groq, fails('content-filtered', { after: [start, text('One')] })],
    [anthropic, goesOn('One two')],
  ])
  expect(tried).toHaveLength(1)
  expect(error).toMatchObject({ code: 'content-filtered' })
})

test('who stands by depends on what went wrong', async () => {
  const fallbacks = { rateLimited: [openai!], unavailable: [anthropic!] }
  const limited = await run(
    [
      [groq, fails('rate-limited', { retryAfterMs: 60_000 })],
      [openai, answers('openai')],
      [anthropic, answers('anthropic')],
    ],
    { fallbacks },
  )
  expect(limited.text).toBe('openai')
  const away = await run(
    [
      [groq, fails('provider-unavailable')],
      [openai, answers('openai')],
      [anthropic, answers('anthropic')],
    ],
    { fallbacks },
  )
  expect(away.text).toBe('anthropic')
})

test('a request makes no more calls than it may', async () => {
  const { tried, error } = await run(
    [
      [groq, fails('timeout')],
      [anthropic, fails('timeout')],
      [openai, answers('late')],
    ],
    { maxAttempts: 2 },
  )
  expect(tried).toHaveLength(2)
  expect(error).toMatchObject({ code: 'timeout' })
})

test.each([0, 2_000])(
  'when everything fails, retries stay within their budget',
  async (patienceMs) => {
    const calls = callsUnderTest()
    let made = 0
    for (let request = 0; request < 200; request++) {
      const { tried } = await run(
        [
          [groq, fails('provider-unavailable')],
          [anthropic, fails('provider-unavailable')],
          [openai, fails('provider-unavailable')],
        ],
        { calls, patienceMs },
      )
      made += tried.length
      vi.setSystemTime(Date.now() + 10)
    }
    // 200 first calls, a tenth of them again, three a second anyway, and what it took to notice.
    const seconds = Date.now() / 1_000
    expect(made).toBeLessThanOrEqual(200 + 20 + seconds * 3 + 3 * 5)
  },
)

test('an answer that has begun waits for its turn where the retries are spent', async () => {
  const calls = callsUnderTest()
  while (calls.retryBudget.withdraw(0) === 0);
  const breaks = fails('stream-cut', { after: [start, text('One ')] })
  const { text: said, slept } = await run([[anthropic, breaks, answers('two')]], { calls })
  expect(said).toBe('One two')
  const waitedMs = slept.reduce((sum, ms) => sum + ms, 0)
  expect(waitedMs).toBeGreaterThan(1_000 / 3)
  expect(waitedMs).toBeLessThan(1_000)
})

test('who waits for a retry goes on at once when the place has got well', async () => {
  const calls = callsUnderTest()
  while (calls.retryBudget.withdraw(0) === 0);
  for (let ahead = 0; ahead < 30; ahead++) calls.retryBudget.withdraw(60_000)
  const breaks = fails('stream-cut', { after: [start, text('One ')] })
  let heals = (): void => {}
  const sleep = async (ms: number): Promise<void> => {
    vi.setSystemTime(Date.now() + ms)
    if (Date.now() > 2_000) heals()
  }
  heals = () => calls.breakers.admit(anthropic!.deployment.id)?.settle('success')
  const { text: said } = await run([[anthropic, breaks, answers('two')]], { calls, sleep })
  expect(said).toBe('One two')
  expect(Date.now()).toBeLessThan(3_000)
  // Its place in the line is the next one's.
  expect(calls.retryBudget.withdraw(60_000)).toBeLessThan(10_000)
})

test('a place that is busy is waited for as long as the caller has patience', async () => {
  const busy = fails('rate-limited', { retryAfterMs: 6_000 })
  const patient = await run([[groq, busy, busy, answers('there')]], { patienceMs: 20_000 })
  expect(patient).toMatchObject({ text: 'there' })
  const waitedMs = patient.slept.reduce((sum, ms) => sum + ms, 0)
  expect(waitedMs).toBeGreaterThanOrEqual(12_000)
  expect(waitedMs).toBeLessThan(14_000)
  const lessSo = await run([[groq, busy, busy, answers('there')]], { patienceMs: 9_000 })
  expect(lessSo.tried).toHaveLength(2)
  expect(lessSo.error).toMatchObject({ code: 'rate-limited' })
})

test('a place whose breaker is open is passed over, and called only where there is no other', async () => {
  const calls = callsUnderTest()
  for (let call = 0; call < 5; call++) {
    await run([[groq, fails('provider-unavailable')]], { calls })
  }
  expect(calls.breakers.view(groq!.deployment.id).state).toBe('open')
  const both = await run(
    [
      [groq, answers('groq')],
      [openai, answers('openai')],
    ],
    { calls },
  )
  expect(both.tried).toEqual(['openai/gpt-4.1'])
  expect((await run([[groq, answers('groq')]], { calls })).text).toBe('groq')
})

const AT_ONCE = { afterMs: 1, afterPercentile: 95, atLeastMs: 1 }

/** Everything that calls need, with leave to hedge. */
function hedging(): CallDependencies {
  const calls = callsUnderTest()
  for (let each = 0; each < 20; each++) calls.hedging.budget.deposit()
  return calls
}

test('a refusal by the first of two is the answer: the other, already under way, is given up', async () => {
  let refuse = (): void => {}
  const bothAsked = new Promise<void>((resolve) => (refuse = resolve))
  const { tried, ends, error } = await run(
    [
      [
        groq,
        async function* (signal) {
          await bothAsked
          yield* fails('content-filtered')(signal)
        },
      ],
      [
        openai,
        async function* (signal) {
          refuse()
          yield* stalls()(signal)
        },
      ],
      [anthropic, answers('three')],
    ],
    { hedge: AT_ONCE, calls: hedging() },
  )
  expect(tried).toEqual(['groq/gpt-oss-20b', 'openai/gpt-4.1'])
  expect(ends.map(({ outcome }) => outcome).toSorted()).toEqual(['aborted', 'failed'])
  expect(error).toMatchObject({ code: 'content-filtered', attempts: 2 })
})

test('of two that begin at the same moment one is heard, and what goes on goes on from its text', async () => {
  let begin = (): void => {}
  const bothAsked = new Promise<void>((resolve) => (begin = resolve))
  const {
    text: said,
    tried,
    ends,
    error,
  } = await run(
    [
      [
        groq,
        async function* () {
          await bothAsked
          yield text('one ')
          yield* fails('stream-cut')(new AbortController().signal)
        },
        answers('none'),
      ],
      [
        openai,
        async function* (signal) {
          begin()
          await bothAsked
          yield text('two ')
          yield* stalls()(signal)
        },
        answers('none'),
      ],
      [anthropic, answers('one and only')],
    ],
    { hedge: AT_ONCE, calls: hedging(), canGoOn: () => false },
  )
  expect(tried).toEqual(['groq/gpt-oss-20b', 'openai/gpt-4.1', 'anthropic/claude-haiku-4-5'])
  expect(said).toBe('one and only')
  expect(error).toBeUndefined()
  expect(ends.map(({ outcome }) => outcome).toSorted()).toEqual(['aborted', 'completed', 'failed'])
})

test('a caller that stops reading in the middle of a race leaves no call open', async () => {
  const calls = hedging()
  const observed: string[] = []
  const plan = planOf([groq!, openai!], { hedge: AT_ONCE })
  const operation = operationOf(() => stalls())
  const events = runOperation(operation, plan, new AbortController().signal, {
    ...calls,
    observe: ({ deployment }, { outcome }) => observed.push(`${deployment.id} ${outcome}`),
  })
  for (const each of ['groq/gpt-oss-20b', 'openai/gpt-4.1']) {
    expect(await events.next()).toMatchObject({
      value: { type: 'event', event: { type: 'attempt-start', deployment: each } },
    })
  }
  await events.return(undefined)
  expect(observed.toSorted()).toEqual(['groq/gpt-oss-20b aborted', 'openai/gpt-4.1 aborted'])
  expect(calls.loads.view('groq/gpt-oss-20b').inFlight).toBe(0)
  expect(calls.loads.view('openai/gpt-4.1').inFlight).toBe(0)
})

test('a place whose breaker is open and whose provider asked to wait is called once it may be', async () => {
  const calls = callsUnderTest(() => Date.now())
  for (let call = 0; call < 5; call++) {
    await run([[groq, fails('provider-unavailable')]], { calls })
  }
  calls.quotas.pause(groq!.scopes[1], 1_500)
  const { text: said, slept } = await run([[groq, answers('groq')]], { calls })
  expect(said).toBe('groq')
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(1_500)
})

test('an answer that gets further with each call is gone on with at the only place there is', async () => {
  const one = fails('stream-cut', { after: [start, text('One ')] })
  const two = fails('stream-cut', { after: [start, text('two ')] })
  const { text: said, tried } = await run([[anthropic, one, two, answers('three')]])
  expect(said).toBe('One two three')
  expect(tried).toHaveLength(3)
})
