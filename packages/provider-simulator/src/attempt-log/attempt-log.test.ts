import { expect, it } from 'vitest'
import { createAttemptLog } from './attempt-log.ts'
import type { Attempt } from './attempt-log.ts'

function attempt(prompt: string): Omit<Attempt, 'id'> {
  return {
    at: new Date(0).toISOString(),
    provider: 'openai',
    endpoint: '/v1/chat/completions',
    model: 'm',
    promptHash: '',
    prompt,
    stream: true,
    prefillLength: 0,
    continued: false,
    fault: '',
    status: 200,
    tokensIn: 0,
    tokensOut: 0,
    tokensInAnswer: 0,
    finish: null,
    endedBy: null,
    firstTokenMs: null,
    durationMs: null,
    keyHint: '',
    traceparent: null,
  }
}

it('keeps the newest, oldest first', () => {
  const log = createAttemptLog(3)
  for (const prompt of ['a', 'b', 'c', 'd', 'e']) log.open(attempt(prompt))
  expect(log.list().map(({ id, prompt }) => [id, prompt])).toEqual([
    [3, 'c'],
    [4, 'd'],
    [5, 'e'],
  ])
  expect(log.list({ since: '4' }).map(({ prompt }) => prompt)).toEqual(['e'])
})

it('gives copies: a reader cannot change the log, and sees no later change', () => {
  const log = createAttemptLog()
  const record = log.open(attempt('a'))
  const before = log.list()[0]
  record.tokensOut = 7
  expect(before?.tokensOut).toBe(0)
  expect(log.list()[0]?.tokensOut).toBe(7)
})
