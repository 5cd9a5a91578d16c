import { expect, test } from 'vitest'
import { ChatCompletionRequest } from './chat-completion-request.ts'

const hello = { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] }

test('what other clients send beside the documented keys is kept', () => {
  const request = {
    ...hello,
    service_tier: 'flex',
    messages: [{ role: 'user', content: 'Hello', name: 'Ada' }],
  }
  expect(ChatCompletionRequest.parse(request)).toEqual(request)
})

test('nulls where a client spells out its defaults are accepted', () => {
  const request = {
    ...hello,
    stream: null,
    max_tokens: null,
    tools: null,
    stop: null,
    temperature: null,
  }
  expect(ChatCompletionRequest.safeParse(request).success).toBe(true)
})

test('nulls in a message and in a tool, as Python’s SDKs spell them out, are accepted', () => {
  const request = {
    model: 'auto',
    tools: [{ type: 'function', function: { name: 'look', description: null, parameters: null } }],
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hi', refusal: null, tool_calls: null, audio: null },
      { role: 'user', content: 'And now?' },
    ],
  }
  expect(ChatCompletionRequest.parse(request)).toEqual(request)
})

test.each<[string, object]>([
  ['the highest effort', { reasoning_effort: 'max' }],
  [
    'allowed tools',
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'auto',
          tools: [{ type: 'function', function: { name: 'look' } }],
        },
      },
    },
  ],
  [
    'sound, and an image in its own size',
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            {
              type: 'image_url',
              image_url: { url: 'https://example.org/a.png', detail: 'original' },
            },
          ],
        },
      ],
    },
  ],
])('%s is accepted', (_name, option) => {
  const request = { ...hello, ...option }
  expect(ChatCompletionRequest.parse(request)).toEqual(request)
})

test('a whole tool conversation with an image is accepted', () => {
  const request = {
    model: 'gpt-4o',
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
    tool_choice: { type: 'function', function: { name: 'look' } },
    messages: [
      { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
    ],
  }
  expect(ChatCompletionRequest.safeParse(request).error).toBeUndefined()
})

test.each([
  ['no messages', { ...hello, messages: [] }],
  ['an unknown role', { ...hello, messages: [{ role: 'wizard', content: 'x' }] }],
  ['a tool result without its call', { ...hello, messages: [{ role: 'tool', content: 'x' }] }],
  ['a temperature out of range', { ...hello, temperature: 3 }],
  ['a negative limit', { ...hello, max_tokens: -1 }],
])('%s is refused', (_name, request) => {
  expect(ChatCompletionRequest.safeParse(request).success).toBe(false)
})
