import { expect, test } from 'vitest'
import type { StreamPart } from '../stream-part.ts'
import { ResponseReader, readResponse } from './read-response.ts'

const token = (text: string) => ({ token: text, logprob: -0.5, bytes: null, top_logprobs: [] })
const TOKENS = [token('Hi'), token(' you')]

const MESSAGE = {
  type: 'message',
  content: [{ type: 'output_text', text: 'Hi you', logprobs: TOKENS }],
}
const RESPONSE = { id: 'x', model: 'm', status: 'completed', output: [MESSAGE] }

const likelihoods = (parts: readonly StreamPart[]) =>
  parts.flatMap((part) => (part.type === 'text-delta' ? [[part.text, part.logprobs]] : []))

test('how likely tokens were comes with the text of a whole response', () => {
  expect(likelihoods(readResponse(RESPONSE))).toEqual([['Hi you', TOKENS]])
})

test('a stream tells each likelihood once, with its piece of the text', () => {
  const reader = new ResponseReader()
  const place = { output_index: 0, content_index: 0 }
  const parts = [
    { type: 'response.output_item.added', ...place, item: { type: 'message', content: [] } },
    { type: 'response.output_text.delta', ...place, delta: 'Hi', logprobs: [TOKENS[0]] },
    { type: 'response.output_text.delta', ...place, delta: ' you', logprobs: [TOKENS[1]] },
    { type: 'response.output_item.done', ...place, item: MESSAGE },
    { type: 'response.completed', response: RESPONSE },
  ].flatMap((data) => [...reader.read({ event: data.type, data })])
  expect(likelihoods(parts)).toEqual([
    ['Hi', [TOKENS[0]]],
    [' you', [TOKENS[1]]],
  ])
})

test('a piece that comes with the end alone has no likelihoods, which are those of the whole', () => {
  const reader = new ResponseReader()
  const place = { output_index: 0, content_index: 0 }
  const parts = [
    { type: 'response.output_item.added', ...place, item: { type: 'message', content: [] } },
    { type: 'response.output_text.delta', ...place, delta: 'Hi', logprobs: [TOKENS[0]] },
    { type: 'response.output_item.done', ...place, item: MESSAGE },
  ].flatMap((data) => [...reader.read({ event: data.type, data })])
  expect(likelihoods(parts)).toEqual([
    ['Hi', [TOKENS[0]]],
    [' you', undefined],
  ])
})

test('a text that came in one piece has its likelihoods from its end', () => {
  const reader = new ResponseReader()
  const parts = [
    { type: 'response.output_item.done', output_index: 0, item: MESSAGE },
    { type: 'response.completed', response: RESPONSE },
  ].flatMap((data) => [...reader.read({ event: data.type, data })])
  expect(likelihoods(parts)).toEqual([['Hi you', TOKENS]])
})
