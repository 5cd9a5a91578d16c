import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBeat } from './beat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('all that waits is done at one moment, each once, and nobody waits longer than the period', async () => {
  const beat = createBeat(() => 50)
  const startedAt = performance.now()
  const done: string[] = []
  const note = (name: string) => (): void =>
    void done.push(`${name} at ${performance.now() - startedAt}`)
  const [first, second] = [note('first'), note('second')]
  beat.await(first)
  await vi.advanceTimersByTimeAsync(30)
  beat.await(second)
  beat.await(first)
  await vi.advanceTimersByTimeAsync(20)
  expect(done).toEqual(['first at 50', 'second at 50'])
  beat.await(second)
  await vi.advanceTimersByTimeAsync(50)
  expect(done.slice(2)).toEqual(['second at 100'])
})

test('what is forgotten is not done, and without anything to do there is no timer', async () => {
  const beat = createBeat(() => 50)
  expect(vi.getTimerCount()).toBe(0)
  const run = vi.fn()
  beat.await(run)
  beat.forget(run)
  await vi.advanceTimersByTimeAsync(500)
  expect(run).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

test('the period is asked for anew', async () => {
  let periodMs = 50
  const beat = createBeat(() => periodMs)
  const run = vi.fn()
  beat.await(run)
  await vi.advanceTimersByTimeAsync(50)
  periodMs = 300
  beat.await(run)
  await vi.advanceTimersByTimeAsync(299)
  expect(run).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(run).toHaveBeenCalledTimes(2)
})

test('many are done a part at a time, with room between for what is urgent, and for who is forgotten meanwhile', () => {
  const beat = createBeat(() => 50)
  const done: number[] = []
  const last = (): void => void done.push(-1)
  for (let index = 0; index < 250; index++) beat.await(() => void done.push(index))
  beat.await(last)
  vi.advanceTimersToNextTimer()
  expect(done).toHaveLength(100)
  beat.forget(last)
  vi.advanceTimersToNextTimer()
  expect(done).toHaveLength(200)
  vi.advanceTimersToNextTimer()
  expect(done).toEqual(Array.from({ length: 250 }, (_, index) => index))
})
