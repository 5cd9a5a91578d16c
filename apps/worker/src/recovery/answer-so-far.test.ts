import { expect, test } from 'vitest'
import { answerSoFar } from './answer-so-far.ts'

test('deltas since the last snapshot are joined by kind, in their order', () => {
  expect(
    answerSoFar([
      { type: 'text-delta', text: 'void' },
      { type: 'answer-snapshot', parts: [{ type: 'reasoning', text: 'Hm' }] },
      { type: 'route', deployment: 'openai/gpt-9', provider: 'openai', model: 'gpt-9' },
      { type: 'reasoning-delta', text: '.' },
      { type: 'text-delta', text: 'The ' },
      { type: 'text-delta', text: 'end' },
      { type: 'tool-call', id: '1', name: 'look', arguments: '{}' },
      { type: 'text-delta', text: '!' },
    ]),
  ).toEqual({
    model: 'gpt-9',
    parts: [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'The end' },
      { type: 'tool-call', id: '1', name: 'look', arguments: '{}' },
      { type: 'text', text: '!' },
    ],
  })
})

test('half of a character at the cut is replaced, one that two deltas share is kept', () => {
  expect(
    answerSoFar([
      { type: 'text-delta', text: `a${'😀'.charAt(0)}` },
      { type: 'text-delta', text: '😀'.charAt(1) },
      { type: 'text-delta', text: '😀'.charAt(0) },
    ]).parts,
  ).toEqual([{ type: 'text', text: 'a😀\ufffd' }])
})

test('a log without an answer is an empty one', () => {
  expect(answerSoFar([])).toEqual({ parts: [], model: undefined })
})
