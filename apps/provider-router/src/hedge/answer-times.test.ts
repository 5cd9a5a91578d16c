import { expect, test } from 'vitest'
import { createAnswerTimes } from './answer-times.ts'
import { hedgeDelayMs } from './hedging.ts'

const call = { deploymentId: 'first', streams: true }
const usual = { afterPercentile: 95, atLeastMs: 100 }

test('a few calls say nothing, twenty do', () => {
  const times = createAnswerTimes()
  for (let each = 1; each < 20; each++) times.note(call, each)
  expect(times.percentile(call, 95)).toBeUndefined()
  times.note(call, 20)
  expect(times.percentile(call, 95)).toBe(19)
  expect(times.percentile(call, 50)).toBe(10)
  expect(times.percentile(call, 99.9)).toBe(20)
})

test('whole answers and streams, and deployments, have times of their own', () => {
  const times = createAnswerTimes()
  for (let each = 0; each < 20; each++) times.note(call, 7)
  expect(times.percentile({ ...call, streams: false }, 95)).toBeUndefined()
  expect(times.percentile({ ...call, deploymentId: 'second' }, 95)).toBeUndefined()
})

test('only the newest count: what has become slow is soon expected to be', () => {
  const times = createAnswerTimes()
  for (let each = 0; each < 500; each++) times.note(call, 10)
  for (let each = 0; each < 200; each++) times.note(call, 900)
  expect(times.percentile(call, 50)).toBe(900)
})

test('names that callers make up do not fill the memory, and drive out only what is not in use', () => {
  const times = createAnswerTimes()
  for (let each = 0; each < 20; each++) times.note(call, 7)
  for (let each = 0; each < 999; each++) times.note({ ...call, deploymentId: `any/${each}` }, 1)
  expect(times.percentile(call, 95)).toBe(7)
  times.note(call, 7)
  times.note({ ...call, deploymentId: 'one more' }, 1)
  expect(times.percentile(call, 95)).toBe(7)
  for (let each = 0; each < 999; each++) times.note({ ...call, deploymentId: `new/${each}` }, 1)
  times.note({ ...call, deploymentId: 'one too many' }, 1)
  expect(times.percentile(call, 95)).toBeUndefined()
})

test('a call is waited for as long as its deployment usually needs, within what is configured', () => {
  const times = createAnswerTimes()
  expect(hedgeDelayMs(usual, call, times)).toBeUndefined()
  expect(hedgeDelayMs({ ...usual, afterMs: 30 }, call, times)).toBe(30)
  for (let each = 0; each < 20; each++) times.note(call, 400)
  expect(hedgeDelayMs(usual, call, times)).toBe(400)
  expect(hedgeDelayMs({ ...usual, atLeastMs: 700 }, call, times)).toBe(700)
  expect(hedgeDelayMs({ ...usual, afterMs: 30 }, call, times)).toBe(30)
})
