import { expect, it } from 'vitest'
import type { StreamPart } from '../adapters/stream-part.ts'
import { joinDeltas } from './join-deltas.ts'

function text(words: string, place: { choice?: number; block?: number } = {}): StreamPart {
  return { type: 'text-delta', choice: 0, block: 0, text: words, ...place }
}

it('joins what follows on one another in one place of the answer', () => {
  expect(joinDeltas([text('a'), text('b'), text('c')])).toEqual([text('abc')])
})

it('keeps choices, blocks and what stands between apart', () => {
  const finish: StreamPart = { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }
  const parts = [
    text('a'),
    text('b', { choice: 1 }),
    text('c', { choice: 1, block: 1 }),
    finish,
    text('d', { choice: 1, block: 1 }),
  ]
  expect(joinDeltas(parts)).toEqual(parts)
})

it('leaves tokens with their likelihoods as they came', () => {
  const likely: StreamPart = {
    type: 'text-delta',
    choice: 0,
    block: 0,
    text: 'b',
    logprobs: [{ token: 'b', logprob: -1, bytes: null, top_logprobs: [] }],
  }
  expect(joinDeltas([text('a'), likely, text('c')])).toEqual([text('a'), likely, text('c')])
})

it('alters no part it was given, which others may read as well', () => {
  const parts = [text('a'), text('b')]
  joinDeltas(parts)
  expect(parts).toEqual([text('a'), text('b')])
})
