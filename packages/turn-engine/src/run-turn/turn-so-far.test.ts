import type { TurnFrame } from '@brainlyx/chat-contract'
import { expect, test } from 'vitest'
import { turnSoFar } from './turn-so-far.ts'

const usage = {
  type: 'usage',
  inputTokens: 3,
  outputTokens: 4,
  reasoningTokens: 0,
  estimated: false,
  costPicoUsd: '5',
} as const

function read(...frames: TurnFrame[]) {
  return turnSoFar(frames.map((frame, index) => ({ id: `1-${index + 1}`, frame })))
}

test('deltas since the last snapshot are joined by kind, in their order', () => {
  const { parts, route } = read(
    { type: 'text-delta', text: 'void' },
    { type: 'answer-snapshot', parts: [{ type: 'reasoning', text: 'Hm' }] },
    { type: 'route', deployment: 'openai/gpt-9', provider: 'openai', model: 'gpt-9' },
    { type: 'reasoning-delta', text: '.' },
    { type: 'text-delta', text: 'The ' },
    { type: 'text-delta', text: 'end' },
    { type: 'tool-call', id: '1', name: 'look', arguments: '{}' },
    { type: 'text-delta', text: '!' },
  )
  expect(route?.model).toBe('gpt-9')
  expect(parts).toEqual([
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: 'The end' },
    { type: 'tool-call', id: '1', name: 'look', arguments: '{}' },
    { type: 'text', text: '!' },
  ])
})

test('an answer whose usage says how it ended is whole, after another epoch’s snapshot of it, too', () => {
  const whole: TurnFrame[] = [
    { type: 'text-delta', text: 'All.' },
    { ...usage, attemptId: 'a', finish: 'length' },
  ]
  expect(read(...whole).finish).toBe('length')
  const again = read(...whole, { type: 'answer-snapshot', parts: [{ type: 'text', text: 'All.' }] })
  expect(again.finish).toBe('length')
  expect(again.usages.get('a')?.outputTokens).toBe(4)
})

test.each<[string, TurnFrame]>([
  ['more text', { type: 'text-delta', text: 'More' }],
  ['a beginning', { type: 'answer-snapshot', parts: [] }],
])('%s after it makes an answer unfinished again', (_name, frame) => {
  expect(
    read({ type: 'text-delta', text: 'All.' }, { ...usage, finish: 'stop' }, frame).finish,
  ).toBe(undefined)
})

test('what was produced is counted by epoch, snapshots left out', () => {
  const { producedLength } = turnSoFar([
    { id: '1-1', frame: { type: 'text-delta', text: 'four' } },
    { id: '2-1', frame: { type: 'answer-snapshot', parts: [{ type: 'text', text: 'four' }] } },
    { id: '2-2', frame: { type: 'text-delta', text: ' more' } },
  ])
  expect([...producedLength]).toEqual([
    [1, 4],
    [2, 5],
  ])
})

test('a log that is not there is said to be so', () => {
  expect(turnSoFar([])).toMatchObject({ isLogged: false, parts: [], finish: undefined })
})
