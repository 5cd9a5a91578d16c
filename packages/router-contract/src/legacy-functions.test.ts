import { expect, test } from 'vitest'
import { LegacyChatCompletionRequest } from './legacy-functions.ts'

const messages = [
  { role: 'user', content: 'Look.' },
  { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
  { role: 'function', name: 'look', content: 'a cat' },
]

test('a conversation by functions is accepted, and keys that nobody knows are kept', () => {
  const request = {
    model: 'auto',
    messages,
    functions: [{ name: 'look', parameters: { type: 'object' } }],
    function_call: { name: 'look' },
    some_newer_option: 1,
  }
  expect(LegacyChatCompletionRequest.parse(request)).toEqual(request)
})

test.each<[string, object]>([
  ['a result without a name', { messages: [{ role: 'function', content: 'a cat' }] }],
  ['a function without a name', { messages, functions: [{ description: 'Looks.' }] }],
  ['a choice that is none', { messages, function_call: 'required' }],
])('%s is refused', (_name, wrong) => {
  expect(LegacyChatCompletionRequest.safeParse({ model: 'auto', ...wrong }).success).toBe(false)
})
