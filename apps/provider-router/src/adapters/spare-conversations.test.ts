import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import { buildMessage } from './anthropic/build-message.ts'
import { buildContent } from './gemini/build-content.ts'
import { buildGroqCompletion } from './groq/build-groq-completion.ts'
import { buildCompletion } from './openai-chat/build-completion.ts'
import { buildResponse } from './openai-responses/build-response.ts'
import type { ProviderApi, ProviderCall } from './provider-adapter.ts'

// Conversations that OpenAI takes and others refuse.

type Messages = ChatCompletionRequest['messages']
type Asked = Partial<ChatCompletionRequest> & { messages: Messages }

function callOf(
  api: ProviderApi,
  model: string,
  request: Asked,
  baseUrl = 'http://127.0.0.1:1',
): ProviderCall {
  return {
    target: { api, baseUrl, apiKey: 'key', connectMs: 2_000, model, outputTokenLimit: 64_000 },
    request: { model: 'auto', ...request },
    prefill: false,
    signal: new AbortController().signal,
  }
}

const toAnthropic = (messages: Messages, model = 'claude-haiku-4-5') =>
  buildMessage(callOf('anthropic', model, { messages }))
const toGemini = (messages: Messages) =>
  buildContent(callOf('gemini', 'gemini-3-flash', { messages })) as { contents: object[] }

const SILENCE = '(nothing said)'

test('a system prompt alone is said by a person, after what else there is of its kind', () => {
  const messages: Messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'developer', content: 'Name a bird.' },
  ]
  expect(toAnthropic(messages)).toMatchObject({
    system: [{ type: 'text', text: 'Be brief.' }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Name a bird.' }] }],
  })
  expect(toGemini(messages)).toMatchObject({
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    contents: [{ role: 'user', parts: [{ text: 'Name a bird.' }] }],
  })
})

test.each<[string, Messages]>([
  ['no text', [{ role: 'user', content: '' }]],
  ['white space', [{ role: 'user', content: ' \n' }]],
  ['no part', [{ role: 'user', content: [] }]],
  ['an empty part', [{ role: 'user', content: [{ type: 'text', text: '' }] }]],
  ['an empty system prompt alone', [{ role: 'system', content: '' }]],
])('a person who says %s is heard', (_name, messages) => {
  expect(toAnthropic(messages).messages).toEqual([
    { role: 'user', content: [{ type: 'text', text: SILENCE }] },
  ])
  expect(toGemini(messages).contents).toEqual([{ role: 'user', parts: [{ text: SILENCE }] }])
})

test('a picture needs no words beside it', () => {
  const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } }
  const messages: Messages = [{ role: 'user', content: [{ type: 'text', text: '' }, image] }]
  expect(toAnthropic(messages).messages).toMatchObject([{ content: [{ type: 'image' }] }])
  expect(toGemini(messages).contents).toEqual([
    { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }] },
  ])
})

test('a conversation that was cut to begin with an answer begins with a person', () => {
  const messages: Messages = [
    { role: 'assistant', content: 'A heron.' },
    { role: 'user', content: 'And now?' },
  ]
  expect(toAnthropic(messages).messages).toEqual([
    { role: 'user', content: [{ type: 'text', text: SILENCE }] },
    { role: 'assistant', content: [{ type: 'text', text: 'A heron.' }] },
    { role: 'user', content: [{ type: 'text', text: 'And now?' }] },
  ])
  expect(toGemini(messages).contents).toHaveLength(3)
})

test('an answer at the end is gone on with by models that take a beginning, and answered by others', () => {
  const messages: Messages = [
    { role: 'user', content: 'Which bird?' },
    { role: 'assistant', content: 'A heron. ' },
  ]
  const beginning = { role: 'assistant', content: [{ type: 'text', text: 'A heron.' }] }
  expect(toAnthropic(messages).messages.at(-1)).toEqual(beginning)
  expect(toAnthropic(messages, 'claude-opus-4-6').messages.slice(1)).toEqual([
    beginning,
    { role: 'user', content: [{ type: 'text', text: SILENCE }] },
  ])
})

const CALLED: Messages = [
  { role: 'user', content: 'Look.' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'functions.look:0', type: 'function', function: { name: 'look', arguments: '{}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'functions.look:0', content: 'a cat' },
]

test('calls under another provider’s names keep their results, and the tools that they name', () => {
  expect(toAnthropic(CALLED)).toMatchObject({
    messages: [
      { role: 'user' },
      { content: [{ type: 'tool_use', id: 'functions_look_0' }] },
      { content: [{ type: 'tool_result', tool_use_id: 'functions_look_0' }] },
    ],
    tools: [{ name: 'look', input_schema: { type: 'object' } }],
    tool_choice: { type: 'none' },
  })
  expect(toAnthropic([{ role: 'user', content: 'Hi' }])).not.toHaveProperty('tools')
})

test('a model that takes no format beside tools is told of it in words', () => {
  const schema = { type: 'object', properties: { bird: { type: 'string' } } }
  const request: Asked = {
    messages: [{ role: 'user', content: 'Look.' }],
    tools: [{ type: 'function', function: { name: 'look' } }],
    response_format: { type: 'json_schema', json_schema: { name: 'bird', schema } },
  }
  const built = (model: string, more: object = {}) =>
    buildContent(callOf('gemini', model, { ...request, ...more }))
  const inWords = built('gemini-2.5-flash')
  expect(JSON.stringify(inWords)).not.toContain('responseMimeType')
  expect(JSON.stringify(inWords)).toContain(JSON.stringify(JSON.stringify(schema)).slice(1, -1))
  const asked = { responseMimeType: 'application/json', responseJsonSchema: schema }
  for (const body of [built('gemini-3-flash'), built('gemini-2.5-flash', { tools: null })]) {
    expect(body).toMatchObject({ generationConfig: asked })
    expect(body).not.toHaveProperty('systemInstruction')
  }
})

test('a developer’s message is a system’s to all but OpenAI', () => {
  const messages: Messages = [
    { role: 'developer', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
  ]
  const at = (baseUrl: string) =>
    buildCompletion(callOf('openai-chat', 'm', { messages }, baseUrl)).messages[0]
  expect(at('http://127.0.0.1:11434/v1')).toEqual({ role: 'system', content: 'Be brief.' })
  expect(at('https://api.openai.com/v1')).toEqual(messages[0])
})

test('Groq is not sent what only OpenAI knows', () => {
  const onlyOpenAi = {
    audio: { voice: 'alloy', format: 'wav' },
    moderation: { model: 'omni-moderation-latest' },
    prompt_cache_options: { mode: 'implicit' },
    prompt_cache_retention: '24h',
  }
  const messages: Messages = [{ role: 'user', content: 'Hi' }]
  const body = buildGroqCompletion(callOf('groq', 'llama', { messages, ...onlyOpenAi }))
  for (const key of Object.keys(onlyOpenAi)) expect(body).not.toHaveProperty(key)
})

test('the Responses API reads a file where it is', () => {
  const build = (data: string) =>
    buildResponse(
      callOf('openai-responses', 'gpt-5', {
        messages: [{ role: 'user', content: [{ type: 'file', file: { file_data: data } }] }],
      }),
    ).input
  const url = 'https://example.org/a.pdf'
  expect(build(url)).toEqual([{ role: 'user', content: [{ type: 'input_file', file_url: url }] }])
  expect(build('data:,a')).toEqual([
    { role: 'user', content: [{ type: 'input_file', file_data: 'data:,a' }] },
  ])
})
