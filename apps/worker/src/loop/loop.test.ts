import { eventually } from '@brainlyx/testkit'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startLoop } from './loop.ts'
import { untilDone } from './until-done.ts'

const HOUR_MS = 60 * 60 * 1000

test('a loop starts at once, goes on while there is more, and then waits', async () => {
  let rounds = 0
  const loop = startLoop({ everyMs: HOUR_MS, round: async () => ++rounds < 3, onError: () => {} })
  await eventually(() => expect(rounds).toBe(3))
  await loop.stop()
  expect(rounds).toBe(3)
})

test('a round follows by itself after the pause', async () => {
  let rounds = 0
  const loop = startLoop({ everyMs: 1, round: async () => ++rounds < 0, onError: () => {} })
  await eventually(() => expect(rounds).toBeGreaterThan(2))
  await loop.stop()
})

test('waking during a round starts another after it, and two never run at once', async () => {
  let [rounds, running, most] = [0, 0, 0]
  const release = Promise.withResolvers<void>()
  const loop = startLoop({
    everyMs: HOUR_MS,
    round: async () => {
      most = Math.max(most, ++running)
      rounds++
      await release.promise
      running--
      return false
    },
    onError: () => {},
  })
  loop.wake()
  loop.wake()
  release.resolve()
  await eventually(() => expect(rounds).toBe(2))
  loop.wake()
  await eventually(() => expect(rounds).toBe(3))
  await loop.stop()
  expect(most).toBe(1)
})

test('however often it is woken, rounds begin so long after each other', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const startedAt = performance.now()
  const rounds: number[] = []
  const loop = startLoop({
    everyMs: HOUR_MS,
    apartMs: 100,
    round: async () => {
      rounds.push(performance.now() - startedAt)
      return false
    },
    onError: () => {},
  })
  for (let ms = 0; ms < 250; ms += 10) {
    loop.wake()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(rounds).toEqual([0, 100, 200])
  await vi.advanceTimersByTimeAsync(1_000)
  loop.wake()
  await vi.advanceTimersByTimeAsync(0)
  // The last wake-ups in between were for one more; who has rested begins at once.
  expect(rounds).toEqual([0, 100, 200, 300, 1_250])
  await loop.stop()
})

test('a round that fails is told and does not end the loop', async () => {
  const errors: unknown[] = []
  let rounds = 0
  const loop = startLoop({
    everyMs: HOUR_MS,
    round: async () => {
      if (++rounds === 1) throw new Error('the database is away')
      return false
    },
    onError: (error) => errors.push(error),
  })
  await eventually(() => expect(errors).toHaveLength(1))
  loop.wake()
  await eventually(() => expect(rounds).toBe(2))
  await loop.stop()
})

test('stopping waits for the round that runs', async () => {
  const release = Promise.withResolvers<void>()
  let finished = false
  const loop = startLoop({
    everyMs: HOUR_MS,
    round: async () => {
      await release.promise
      finished = true
      return true
    },
    onError: () => {},
  })
  const stopping = loop.stop()
  release.resolve()
  await stopping
  expect(finished).toBe(true)
})

test('something is tried until it is done, or until there is no point', async () => {
  let tries = 0
  const run = async (): Promise<void> => {
    if (++tries < 3) throw new Error('not yet')
  }
  const { signal } = new AbortController()
  await untilDone({ run, pauseMs: 1, signal, onError: () => {} })
  expect(tries).toBe(3)
  const controller = new AbortController()
  const hopeless = untilDone({
    run: () => Promise.reject(new Error('never')),
    pauseMs: HOUR_MS,
    signal: controller.signal,
    onError: () => controller.abort(),
  })
  await hopeless
})
