import { expect, test } from 'vitest'
import type { StreamPart } from '../stream-part.ts'
import { CompletionReader, readCompletion } from './read-completion.ts'

const token = (text: string) => ({
  token: text,
  logprob: -0.5,
  bytes: [...Buffer.from(text)],
  top_logprobs: [{ token: text, logprob: -0.5, bytes: null }],
})

function streamed(...choices: object[]): StreamPart[] {
  const reader = new CompletionReader()
  const events = choices.map((choice) => ({
    event: '',
    data: { id: 'x', model: 'm', choices: [choice] },
  }))
  return events.flatMap((data) => [...reader.read(data)])
}

test('how likely tokens were comes with their text, also of half a character without any', () => {
  const half = { token: '\\xe2\\x82', logprob: -1, bytes: [226, 130], top_logprobs: [] }
  const parts = streamed(
    { delta: { content: 'Hi' }, logprobs: { content: [token('Hi')], refusal: null } },
    { delta: { content: '' }, logprobs: { content: [half], refusal: null } },
    { delta: { refusal: 'No' }, logprobs: { content: null, refusal: [token('No')] } },
    { delta: {}, finish_reason: 'stop', logprobs: null },
  )
  expect(parts.slice(1, 4)).toEqual([
    { type: 'text-delta', choice: 0, text: 'Hi', block: 0, logprobs: [token('Hi')] },
    { type: 'text-delta', choice: 0, text: '', block: 0, logprobs: [half] },
    { type: 'refusal-delta', choice: 0, text: 'No', logprobs: [token('No')] },
  ])
})

test('nothing is said of likelihoods where none came, or what came is none', () => {
  const parts = streamed(
    { delta: { content: 'Hi' }, logprobs: null },
    { delta: { content: ' you' }, logprobs: { content: 'nonsense' } },
  )
  expect(parts.slice(1)).toEqual([
    { type: 'text-delta', choice: 0, text: 'Hi', block: 0 },
    { type: 'text-delta', choice: 0, text: ' you', block: 0 },
  ])
})

test('a whole answer is read with what the provider says of itself, of sources and of counts', () => {
  const annotations = [{ type: 'url_citation', url_citation: { url: 'https://example.org' } }]
  const parts = readCompletion({
    id: 'x',
    model: 'm',
    system_fingerprint: 'fp_1',
    service_tier: 'default',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', annotations },
        logprobs: { content: [token('Hi')], refusal: null },
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 9,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 1, rejected_prediction_tokens: 2 },
    },
  })
  expect(parts).toMatchObject([
    { type: 'response-start', systemFingerprint: 'fp_1', serviceTier: 'default' },
    { type: 'text-delta', logprobs: [token('Hi')] },
    { type: 'annotations', annotations },
    { type: 'finish' },
    { type: 'usage' },
    { type: 'response-end' },
  ])
  const usage = parts.find(({ type }) => type === 'usage')
  expect(usage).toMatchObject({
    usage: { cachedInputTokens: 4, reasoningTokens: 1 },
    details: { prompt: {}, completion: { rejected_prediction_tokens: 2 } },
  })
})

// OpenRouter's and Mistral's, vLLM's, Zhipu's, DeepSeek's.
test.each(['error', 'abort', 'network_error', 'insufficient_system_resource'])(
  'an answer that ends with «%s» broke off',
  (reason) => {
    const broken = expect.objectContaining({ code: 'stream-error', rawFinish: reason })
    expect(() =>
      streamed({ delta: { content: 'Half an' } }, { delta: {}, finish_reason: reason }),
    ).toThrow(broken)
    const choice = { index: 0, message: { content: 'Half an' }, finish_reason: reason }
    expect(() => readCompletion({ choices: [choice] })).toThrow(broken)
  },
)

test('what a server says of its failure beside an answer is heard', () => {
  const error = { code: 503, message: 'No capacity.' }
  expect(() => streamed({ delta: { content: '' }, finish_reason: 'error', error })).toThrow(
    expect.objectContaining({ code: 'overloaded', status: 503 }),
  )
})

test.each([
  ['model_length', 'length'],
  ['sensitive', 'content_filter'],
  ['eos', 'stop'],
])('«%s» is %s', (raw, reason) => {
  expect(streamed({ delta: { content: 'Hi' }, finish_reason: raw })).toContainEqual({
    type: 'finish',
    choice: 0,
    reason,
    raw,
  })
})

test('an answer of one piece is read where it is streamed as a message', () => {
  const message = { role: 'assistant', content: 'Hi' }
  expect(streamed({ message, finish_reason: 'stop' })).toContainEqual(
    expect.objectContaining({ type: 'text-delta', text: 'Hi' }),
  )
  // Elsewhere it grows beside the pieces.
  const parts = streamed({ delta: { content: 'i' }, message: { content: 'Hi' } })
  expect(parts.filter(({ type }) => type === 'text-delta')).toEqual([
    { type: 'text-delta', choice: 0, text: 'i', block: 0 },
  ])
})

test.each([
  ['{"at":"sea"}', '{"at":"sea"}'],
  [{ at: 'sea' }, '{"at":"sea"}'],
  ['', '{}'],
  [null, '{}'],
])('arguments that come as %j are %s', (given, expected) => {
  const call = { index: 0, id: 'call_1', function: { name: 'look', arguments: given } }
  const parts = streamed({ delta: { tool_calls: [call] } }, { delta: {}, finish_reason: 'stop' })
  const told = parts.flatMap((part) => (part.type === 'tool-call-delta' ? [part.arguments] : []))
  expect(told).toEqual([expected])
})

test('a tool that takes text may be given none', () => {
  const call = { index: 0, id: 'call_1', custom: { name: 'note', input: '' } }
  const parts = streamed({ delta: { tool_calls: [call] } }, { delta: {}, finish_reason: 'stop' })
  expect(parts.some(({ type }) => type === 'tool-call-delta')).toBe(false)
})
