import { ChatCompletion } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import type { StreamPart } from '../adapters/stream-part.ts'
import { CompletionFormer } from './completion-former.ts'

const finish = (choice: number, reason: 'stop' | 'tool_calls'): StreamPart => ({
  type: 'finish',
  choice,
  reason,
  raw: reason,
})

function completionOf(...parts: StreamPart[]): ChatCompletion {
  const former = new CompletionFormer('asked-for')
  for (const part of parts) former.add(part)
  return ChatCompletion.parse(former.form({ id: 'chatcmpl-1', created: 5 }))
}

test('text and reasoning are joined, the model is the one that answered', () => {
  const { model, choices, usage } = completionOf(
    { type: 'response-start', id: 'x', model: 'claude-dated' },
    { type: 'reasoning-delta', choice: 0, text: 'Think. ', block: 0 },
    { type: 'reasoning-delta', choice: 0, text: 'More.', block: 1 },
    { type: 'text-delta', choice: 0, text: 'Hello', block: 0 },
    { type: 'text-delta', choice: 0, text: ' there', block: 1 },
    finish(0, 'stop'),
  )
  expect(model).toBe('claude-dated')
  expect(usage).toBeUndefined()
  expect(choices).toEqual([
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: {
        role: 'assistant',
        content: 'Hello there',
        refusal: null,
        reasoning_content: 'Think. More.',
      },
    },
  ])
})

test('calls alone have no content, and arguments that callers can parse', () => {
  const [choice] = completionOf(
    { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'one' },
    { type: 'tool-call-delta', choice: 0, index: 0, arguments: '{"n":' },
    { type: 'tool-call-delta', choice: 0, index: 0, arguments: '1}' },
    { type: 'tool-call-start', choice: 0, index: 2, id: 'b', name: 'two' },
    finish(0, 'tool_calls'),
  ).choices
  expect(choice?.message).toMatchObject({
    content: null,
    tool_calls: [
      { id: 'a', function: { name: 'one', arguments: '{"n":1}' } },
      { id: 'b', function: { name: 'two', arguments: '{}' } },
    ],
  })
})

test('a refusal has no content; a blank answer has an empty one', () => {
  const refusal = completionOf({ type: 'refusal-delta', choice: 0, text: 'No.' }, finish(0, 'stop'))
  expect(refusal.choices[0]?.message).toMatchObject({ content: null, refusal: 'No.' })
  expect(completionOf(finish(0, 'stop')).choices[0]?.message.content).toBe('')
})

test('several choices are in their order', () => {
  const { choices } = completionOf(
    { type: 'text-delta', choice: 1, text: 'b', block: 0 },
    { type: 'text-delta', choice: 0, text: 'a', block: 0 },
    finish(1, 'stop'),
    finish(0, 'stop'),
  )
  expect(choices.map(({ message }) => message.content)).toEqual(['a', 'b'])
})

const token = (text: string) => ({ token: text, logprob: -0.5, bytes: null, top_logprobs: [] })

test('how likely tokens were is gathered by choice', () => {
  const { choices } = completionOf(
    { type: 'text-delta', choice: 0, text: 'a', block: 0, logprobs: [token('a')] },
    { type: 'text-delta', choice: 0, text: 'bc', block: 0, logprobs: [token('b'), token('c')] },
    { type: 'refusal-delta', choice: 1, text: 'No.', logprobs: [token('No.')] },
    finish(0, 'stop'),
    finish(1, 'stop'),
  )
  expect(choices.map(({ logprobs }) => logprobs)).toEqual([
    { content: [token('a'), token('b'), token('c')], refusal: null },
    { content: null, refusal: [token('No.')] },
  ])
})

test('what a provider says of itself, sources and signatures are kept', () => {
  const annotations = [{ type: 'url_citation', url_citation: { url: 'https://example.org' } }]
  const completion = completionOf(
    {
      type: 'response-start',
      id: 'x',
      model: 'gpt-dated',
      systemFingerprint: 'fp_1',
      serviceTier: 'default',
    },
    { type: 'annotations', choice: 0, annotations },
    { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'one', signature: 'sig' },
    finish(0, 'tool_calls'),
  )
  expect(completion).toMatchObject({ system_fingerprint: 'fp_1', service_tier: 'default' })
  expect(completion.choices[0]?.message).toMatchObject({
    annotations,
    tool_calls: [{ id: 'a', extra_content: { google: { thought_signature: 'sig' } } }],
  })
})
