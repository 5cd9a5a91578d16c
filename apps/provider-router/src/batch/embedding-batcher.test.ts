import { getEventListeners } from 'node:events'
import { setImmediate as allSettled } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  WINDOW_MS,
  batcherUnderTest,
  errorOf,
  succeed,
  vectorOf,
  vectorsOf,
} from './batcher-under-test.ts'
import { RouteFailure } from '../call/route-failure.ts'
import { createEmbeddingBatcher } from './embedding-batcher.ts'
import { ManualTimers } from './manual-timers.ts'

test('calls within the window become one, and each gets its own vectors and share of tokens', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const one = embed(['a', 'four b'])
  timers.advance(2)
  const other = embed(['c'])
  expect(sent).toHaveLength(0)
  timers.advance(1)
  expect(sent.map(({ inputs }) => inputs)).toEqual([['a', 'four b', 'c']])
  succeed(sent[0]!, 41)
  // Estimated: 1 + 2 of 4 tokens, and 1 of 4.
  expect(await one).toEqual({
    vectors: vectorsOf('a', 'four b'),
    model: 'embedder',
    inputTokens: 31,
  })
  expect(await other).toEqual({ vectors: vectorsOf('c'), model: 'embedder', inputTokens: 10 })
})

test('a lone call waits for the window and no longer, whatever others do later', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const call = embed(['a'])
  timers.advance(WINDOW_MS - 0.5)
  expect(sent).toHaveLength(0)
  timers.advance(0.5)
  expect(sent).toHaveLength(1)
  const later = embed(['b'])
  succeed(sent[0]!)
  expect(await call).toEqual({ vectors: vectorsOf('a'), model: 'embedder', inputTokens: 100 })
  timers.advance(WINDOW_MS)
  succeed(sent[1]!)
  expect((await later).vectors).toEqual(vectorsOf('b'))
})

test('a call that comes late in a window does not hold up those before it', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  void embed(['a'])
  timers.advance(2)
  void embed(['b'])
  timers.advance(1)
  expect(sent).toHaveLength(1)
  expect(timers.pending).toBe(0)
})

test('a window of 0 puts nothing together', () => {
  const { timers, sent, embed } = batcherUnderTest({ windowMs: 0 })
  void embed(['a'])
  void embed(['b'])
  expect(sent.map(({ inputs }) => inputs)).toEqual([['a'], ['b']])
  expect(timers.pending).toBe(0)
})

test('groups are never put together', () => {
  const { timers, sent, embed } = batcherUnderTest()
  void embed(['a'], { key: 'ada' })
  void embed(['b'], { key: 'bob' })
  void embed(['c'], { key: 'ada' })
  timers.advance(WINDOW_MS)
  expect(sent.map(({ group, inputs }) => [group.key, inputs])).toEqual([
    ['ada', ['a', 'c']],
    ['bob', ['b']],
  ])
})

test('a full batch leaves at once, and its timer with it', () => {
  const { timers, sent, embed } = batcherUnderTest({ maxInputs: 3 })
  void embed(['a', 'b'])
  void embed(['c'])
  expect(sent.map(({ inputs }) => inputs)).toEqual([['a', 'b', 'c']])
  expect(timers.pending).toBe(0)
})

test('a batch leaves for a call that it has no room for', () => {
  const { timers, sent, embed } = batcherUnderTest({ maxInputs: 3 })
  void embed(['a', 'b'])
  void embed(['c', 'd'])
  expect(sent.map(({ inputs }) => inputs)).toEqual([['a', 'b']])
  timers.advance(WINDOW_MS)
  expect(sent.map(({ inputs }) => inputs)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})

test('tokens fill a batch as inputs do', () => {
  const { timers, sent, embed } = batcherUnderTest({ maxTokens: 4 })
  void embed(['twelve bytes'])
  void embed(['eight b.'])
  expect(sent.map(({ inputs }) => inputs)).toEqual([['twelve bytes']])
  void embed(['eight c.'])
  expect(sent.map(({ inputs }) => inputs)).toEqual([['twelve bytes'], ['eight b.', 'eight c.']])
  expect(timers.pending).toBe(0)
})

test('a call larger than one may be is sent as several and comes back as one', async () => {
  const { timers, sent, embed } = batcherUnderTest({ maxInputs: 2 })
  const call = embed(['a', 'b', 'c', 'd', 'e'])
  timers.advance(WINDOW_MS)
  expect(sent.map(({ inputs }) => inputs)).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  for (const [index, batch] of sent.toReversed().entries()) succeed(batch, index + 1)
  expect(await call).toEqual({
    vectors: vectorsOf('a', 'b', 'c', 'd', 'e'),
    model: 'embedder',
    inputTokens: 6,
  })
})

test('where a part of a large call fails, the rest of it is given up', async () => {
  const { sent, embed } = batcherUnderTest({ maxInputs: 1 })
  const call = embed(['a', 'b'])
  const error = errorOf('overloaded')
  sent[1]!.answer.reject(error)
  await expect(call).rejects.toBe(error)
  expect(sent[0]!.signal.aborted).toBe(true)
})

test('a provider that counts no tokens leaves them uncounted', async () => {
  const { timers, sent, embed } = batcherUnderTest({ maxInputs: 2 })
  const calls = [embed(['a']), embed(['b']), embed(['c', 'd', 'e'])]
  timers.advance(WINDOW_MS)
  for (const batch of sent) succeed(batch, null)
  expect((await Promise.all(calls)).map(({ inputTokens }) => inputTokens)).toEqual([
    null,
    null,
    null,
  ])
})

test('who leaves before the batch does takes its inputs along', async () => {
  const { timers, sent, embed } = batcherUnderTest({ maxInputs: 4, maxTokens: 4 })
  const controller = new AbortController()
  const left = embed(['a', 'b'], { signal: controller.signal })
  const stayed = embed(['c'])
  controller.abort('gone')
  await expect(left).rejects.toBe('gone')
  // Their room is free again.
  const other = embed(['d', 'e'])
  expect(sent).toHaveLength(0)
  timers.advance(WINDOW_MS)
  expect(sent.map(({ inputs }) => inputs)).toEqual([['c', 'd', 'e']])
  succeed(sent[0]!)
  expect((await stayed).vectors).toEqual(vectorsOf('c'))
  expect((await other).vectors).toEqual(vectorsOf('d', 'e'))
})

test('where all leave before the batch does, nothing is sent', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const controller = new AbortController()
  const left = embed(['a'], { signal: controller.signal })
  controller.abort('gone')
  await expect(left).rejects.toBe('gone')
  expect(timers.pending).toBe(0)
  const next = embed(['b'])
  timers.advance(WINDOW_MS)
  expect(sent.map(({ inputs }) => inputs)).toEqual([['b']])
  succeed(sent[0]!)
  await next
})

test('who has gone already sends nothing', async () => {
  const { timers, embed } = batcherUnderTest()
  await expect(embed(['a'], { signal: AbortSignal.abort('before') })).rejects.toBe('before')
  expect(timers.pending).toBe(0)
})

test('who leaves a batch on its way leaves the others alone; the last one ends it', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const controllers = [new AbortController(), new AbortController()]
  const calls = controllers.map(({ signal }, index) => embed([`${index}`], { signal }))
  timers.advance(WINDOW_MS)
  controllers[0]!.abort('first')
  await expect(calls[0]).rejects.toBe('first')
  expect(sent[0]!.signal.aborted).toBe(false)
  controllers[1]!.abort('last')
  await expect(calls[1]).rejects.toBe('last')
  expect(sent[0]!.signal.reason).toBe('last')
  sent[0]!.answer.reject('last')
  await allSettled()
  expect(sent).toHaveLength(1)
})

test('who stays gets its own vectors, although others have left', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const controller = new AbortController()
  const left = embed(['a', 'b'], { signal: controller.signal })
  const stayed = embed(['c'])
  timers.advance(WINDOW_MS)
  controller.abort('gone')
  await expect(left).rejects.toBe('gone')
  succeed(sent[0]!, 3)
  expect(await stayed).toEqual({ vectors: vectorsOf('c'), model: 'embedder', inputTokens: 1 })
})

test('nothing is left on a signal that outlives its call', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const { signal } = new AbortController()
  const calls = [embed(['a'], { signal }), embed(['b'], { signal, key: 'other' })]
  expect(getEventListeners(signal, 'abort')).toHaveLength(2)
  timers.advance(WINDOW_MS)
  succeed(sent[0]!)
  sent[1]!.answer.reject(errorOf('overloaded'))
  await Promise.allSettled(calls)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('a failure of the provider reaches everybody, once', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const calls = [embed(['a']), embed(['b'])]
  timers.advance(WINDOW_MS)
  const error = errorOf('overloaded')
  sent[0]!.answer.reject(error)
  expect(await Promise.allSettled(calls)).toEqual([
    { status: 'rejected', reason: error },
    { status: 'rejected', reason: error },
  ])
  expect(sent).toHaveLength(1)
})

test.each([
  'invalid-request',
  'context-too-long',
  'content-filtered',
  'request-exceeds-limit',
] as const)('%s may be one caller’s doing: each is tried again by itself, once', async (code) => {
  const { timers, sent, embed } = batcherUnderTest()
  const [good, bad] = [embed(['a']), embed(['bad', 'b'])]
  timers.advance(WINDOW_MS)
  sent[0]!.answer.reject(errorOf(code))
  await allSettled()
  expect(sent.slice(1).map(({ inputs }) => inputs)).toEqual([['a'], ['bad', 'b']])
  const error = errorOf(code)
  sent[2]!.answer.reject(error)
  await expect(bad).rejects.toBe(error)
  succeed(sent[1]!, 5)
  expect(await good).toEqual({ vectors: vectorsOf('a'), model: 'embedder', inputTokens: 5 })
  expect(sent).toHaveLength(3)
})

test('it is seen in whatever error names it so', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const calls = [embed(['a']), embed(['b'])]
  timers.advance(WINDOW_MS)
  sent[0]!.answer.reject(new RouteFailure(errorOf('invalid-request'), 1, 'a-decision'))
  await allSettled()
  for (const each of sent.slice(1)) succeed(each)
  expect((await Promise.all(calls)).map(({ vectors }) => vectors)).toEqual([
    vectorsOf('a'),
    vectorsOf('b'),
  ])
})

test('what else an answer says is said to everybody', async () => {
  const timers = new ManualTimers()
  const { embed } = createEmbeddingBatcher({
    send: async ({ inputs }) => ({
      vectors: inputs.map(vectorOf),
      model: 'embedder',
      inputTokens: null,
      deployment: inputs.join(''),
    }),
    setTimer: timers.setTimer,
  })
  const group = { key: '', maxInputs: 2 }
  const { signal } = new AbortController()
  const calls = [['a'], ['b'], ['c', 'd', 'e']].map((inputs) => embed({ group, inputs, signal }))
  timers.advance(WINDOW_MS)
  expect((await Promise.all(calls)).map(({ deployment }) => deployment)).toEqual(['ab', 'ab', 'cd'])
})

test('a call that was alone is not tried again', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const call = embed(['bad'])
  timers.advance(WINDOW_MS)
  const error = errorOf('invalid-request')
  sent[0]!.answer.reject(error)
  await expect(call).rejects.toBe(error)
  expect(sent).toHaveLength(1)
})

test('only who is still there is tried again, until it leaves', async () => {
  const { timers, sent, embed } = batcherUnderTest()
  const controllers = [new AbortController(), new AbortController()]
  const calls = controllers.map(({ signal }, index) => embed([`${index}`], { signal }))
  timers.advance(WINDOW_MS)
  controllers[0]!.abort('first')
  await expect(calls[0]).rejects.toBe('first')
  sent[0]!.answer.reject(errorOf('invalid-request'))
  await allSettled()
  expect(sent.slice(1).map(({ inputs }) => inputs)).toEqual([['1']])
  controllers[1]!.abort('last')
  await expect(calls[1]).rejects.toBe('last')
  expect(sent[1]!.signal.aborted).toBe(true)
})

test.each([1, 3])('%i vectors for two inputs are nobody’s answer', async (count) => {
  const { timers, sent, embed } = batcherUnderTest()
  const calls = [embed(['a']), embed(['b'])]
  timers.advance(WINDOW_MS)
  const vectors = vectorsOf('a', 'b', 'c').slice(0, count)
  sent[0]!.answer.resolve({ vectors, model: 'embedder', inputTokens: 2 })
  for (const { status, reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[]) {
    expect(status).toBe('rejected')
    expect(reason).toMatchObject({ code: 'provider-unavailable', retryable: true })
  }
})

test('an upstream that throws at once fails like any other', async () => {
  const { setTimer } = new ManualTimers()
  const error = new Error('no way')
  const { embed } = createEmbeddingBatcher({
    send() {
      throw error
    },
    setTimer,
    windowMs: () => 0,
  })
  const { signal } = new AbortController()
  await expect(embed({ group: { key: '', maxInputs: 1 }, inputs: ['a'], signal })).rejects.toBe(
    error,
  )
})
