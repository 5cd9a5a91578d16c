import { expect, test } from 'vitest'
import { TurnFrame, isFinalFrame } from './turn-frame.ts'

const id = '019304c8-8a00-7000-8000-000000000001'

test('a frame may gain fields without an older client refusing it', () => {
  const frame = TurnFrame.parse({ type: 'text-delta', text: 'Hi', tokenCount: 1 })
  expect(frame).toEqual({ type: 'text-delta', text: 'Hi' })
})

test('only an end and an error are final', () => {
  const end = TurnFrame.parse({ type: 'turn-end', turnId: id, messageId: id, finish: 'stop' })
  const problem = {
    type: 'urn:x',
    title: 'x',
    status: 502,
    code: 'x',
    traceId: 't',
    retryable: true,
    retryAfterMs: null,
  }
  const error = TurnFrame.parse({ type: 'turn-error', turnId: id, messageId: null, problem })
  expect([end, error].every(isFinalFrame)).toBe(true)
  expect(isFinalFrame({ type: 'answer-snapshot', parts: [] })).toBe(false)
})
