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
