import { ChatCompletionChunk } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import type { StreamPart } from '../adapters/stream-part.ts'
import { ChunkFormer } from './chunk-former.ts'

function chunksOf(parts: readonly StreamPart[], tellsUsage = true): ChatCompletionChunk[] {
  const former = new ChunkFormer({ id: 'chatcmpl-1', created: 5, model: 'asked-for', tellsUsage })
  const chunks = former.add(parts)
  const usage = former.usage()
  return (usage === undefined ? chunks : [...chunks, usage]).map((chunk) =>
    ChatCompletionChunk.parse(chunk),
  )
}
const deltas = (parts: readonly StreamPart[]): unknown[] =>
  chunksOf(parts).flatMap((chunk) => chunk.choices.map(({ index, delta }) => [index, delta]))

test('the role comes first, then the pieces, then the finish, then the usage', () => {
  const chunks = chunksOf([
    { type: 'response-start', id: 'theirs', model: 'gpt-dated' },
    { type: 'reasoning-delta', choice: 0, text: 'Hm.', block: 0 },
    { type: 'text-delta', choice: 0, text: 'Hi', block: 0 },
    {
      type: 'usage',
      usage: {
        inputTokens: 9,
        outputTokens: 5,
        cachedInputTokens: 4,
        cacheWriteTokens: 0,
        reasoningTokens: 3,
        estimated: false,
      },
      raw: {},
    },
    { type: 'finish', choice: 0, reason: 'length', raw: 'MAX_TOKENS' },
    { type: 'response-end', endMarker: true },
  ])
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 5, model: 'gpt-dated' }
  const choice = (delta: object, finish: string | null = null) => ({
    ...base,
    usage: null,
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  expect(chunks).toEqual([
    choice({ role: 'assistant', content: '' }),
    choice({ reasoning_content: 'Hm.' }),
    choice({ content: 'Hi' }),
    choice({}, 'length'),
    {
      ...base,
      choices: [],
      usage: {
        prompt_tokens: 9,
        completion_tokens: 5,
        total_tokens: 14,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    },
  ])
})

const USAGE: StreamPart = {
  type: 'usage',
  usage: {
    inputTokens: 9,
    outputTokens: 5,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    estimated: false,
  },
  raw: {},
  details: { prompt: { audio_tokens: 2 }, completion: { accepted_prediction_tokens: 3 } },
}

test('a provider that counts nothing gets no usage chunk', () => {
  const chunks = chunksOf([{ type: 'text-delta', choice: 0, text: 'Hi', block: 0 }])
  expect(chunks.map(({ usage }) => usage)).toEqual([null, null])
})

test('who did not ask for the usage is told nothing of it', () => {
  const chunks = chunksOf([{ type: 'text-delta', choice: 0, text: 'Hi', block: 0 }, USAGE], false)
  expect(chunks).toHaveLength(2)
  for (const chunk of chunks) expect(chunk).not.toHaveProperty('usage')
})

test('what else a provider counted stands in the usage under its own names', () => {
  expect(chunksOf([USAGE]).at(-1)?.usage).toMatchObject({
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 0, accepted_prediction_tokens: 3 },
  })
})

const HI_TOKEN = { token: 'Hi', logprob: -0.5, bytes: [72, 105], top_logprobs: [] }

test('how likely tokens were comes with them, of a refusal too', () => {
  const [, text, refusal] = chunksOf([
    { type: 'text-delta', choice: 0, text: 'Hi', block: 0, logprobs: [HI_TOKEN] },
    { type: 'refusal-delta', choice: 0, text: 'Hi', logprobs: [HI_TOKEN] },
  ])
  expect(text?.choices[0]?.logprobs).toEqual({ content: [HI_TOKEN], refusal: null })
  expect(refusal?.choices[0]?.logprobs).toEqual({ content: null, refusal: [HI_TOKEN] })
})

test('every chunk names the set-up and the class of service, until another deployment takes over', () => {
  const former = new ChunkFormer({ id: 'chatcmpl-1', created: 5, model: 'asked-for' })
  const text: StreamPart = { type: 'text-delta', choice: 0, text: 'Hi', block: 0 }
  const start = { type: 'response-start', id: null, model: null } as const
  const told = { system_fingerprint: 'fp_1', service_tier: 'flex' }
  const first = former.add([{ ...start, systemFingerprint: 'fp_1', serviceTier: 'flex' }, text])
  expect(first).toHaveLength(2)
  for (const chunk of first) expect(chunk).toMatchObject(told)
  for (const chunk of former.add([start, text])) {
    expect(chunk).not.toHaveProperty('system_fingerprint')
  }
})

test('sources are passed on as they are', () => {
  const annotations = [{ type: 'url_citation', url_citation: { url: 'https://example.org' } }]
  expect(deltas([{ type: 'annotations', choice: 0, annotations }])[1]).toEqual([0, { annotations }])
})

test('a signature that Gemini wants back stands where Google’s own API has it', () => {
  const [, call] = deltas([
    { type: 'tool-call-start', choice: 0, index: 0, id: 'a', name: 'now', signature: 'sig' },
  ])
  expect(call).toMatchObject([
    0,
    { tool_calls: [{ extra_content: { google: { thought_signature: 'sig' } } }] },
  ])
})

test('a tool call without an id gets one, and one without arguments an empty object', () => {
  const [, start, args] = deltas([
    { type: 'tool-call-start', choice: 0, index: 0, id: null, name: 'now' },
    { type: 'tool-call-end', choice: 0, index: 0 },
  ]) as [unknown, [number, { tool_calls: { id: string }[] }], unknown]
  expect(start[1].tool_calls[0]).toMatchObject({
    index: 0,
    type: 'function',
    function: { name: 'now', arguments: '' },
  })
  expect(start[1].tool_calls[0]?.id).toMatch(/^call_\w{32}$/)
  expect(args).toEqual([0, { tool_calls: [{ index: 0, function: { arguments: '{}' } }] }])
})

test('arguments are passed on piece by piece and nothing is added to them', () => {
  const pieces = deltas([
    { type: 'tool-call-start', choice: 0, index: 1, id: 'call_7', name: 'look' },
    { type: 'tool-call-delta', choice: 0, index: 1, arguments: '{"at":' },
    { type: 'tool-call-delta', choice: 0, index: 1, arguments: '"x"}' },
    { type: 'tool-call-end', choice: 0, index: 1 },
  ])
  expect(pieces.slice(2)).toEqual([
    [0, { tool_calls: [{ index: 1, function: { arguments: '{"at":' } }] }],
    [0, { tool_calls: [{ index: 1, function: { arguments: '"x"}' } }] }],
  ])
})

test('each choice begins with its own role', () => {
  const text = (choice: number): StreamPart => ({ type: 'text-delta', choice, text: 'a', block: 0 })
  expect(deltas([text(0), text(1), text(0)])).toEqual([
    [0, { role: 'assistant', content: '' }],
    [0, { content: 'a' }],
    [1, { role: 'assistant', content: '' }],
    [1, { content: 'a' }],
    [0, { content: 'a' }],
  ])
})

test('a blank answer still has its role and its finish', () => {
  const chunks = chunksOf([{ type: 'finish', choice: 0, reason: 'stop', raw: 'end_turn' }])
  expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, 'stop'])
})

test('what nobody can show is left out', () => {
  expect(
    chunksOf([
      { type: 'reasoning-redacted', choice: 0, data: 'sealed' },
      { type: 'reasoning-signature', choice: 0, signature: 'sig' },
      { type: 'server-tool-call', choice: 0, kind: 'web_search', name: null },
    ]),
  ).toEqual([])
})
