import { ChatCompletionRequest } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import { createCredentialHealth } from '../credential/credential-health.ts'
import { selectModel } from '../select/select-model.ts'
import { tableOf } from '../select/table-of.ts'
import { chooseCandidates } from './choose-candidates.ts'
import { needsOf } from './request-needs.ts'

const table = tableOf({ keys: ['openai', 'anthropic', 'groq'] })
let now = 0
const health = createCredentialHealth(() => now)
const groq = { providerId: 'groq', key: 'key-of-groq' }

function chosen(model: string, content: unknown, more = {}): string[] {
  const request = ChatCompletionRequest.parse({
    model,
    messages: [{ role: 'user', content }],
    ...more,
  })
  return chooseCandidates(selectModel(table, model), needsOf(request), health).map(
    ({ deployment }) => deployment.id,
  )
}

const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }

test('a request with an image goes to those that take images', () => {
  expect(chosen('auto', 'Hello')[0]).toBe('groq/gpt-oss-20b')
  expect(chosen('auto', [image])).toEqual(['anthropic/claude-haiku-4-5', 'openai/gpt-4.1'])
})

test('where none takes images the caller is told so', () => {
  expect(() => chosen('quick', [image])).toThrow(
    expect.objectContaining({ code: 'unsupported-capability', status: 400 }),
  )
})

test('a model that the caller named itself is asked anyway: its provider knows best', () => {
  expect(chosen('groq/gpt-oss-20b', [image])).toEqual(['groq/gpt-oss-20b'])
})

test('a conversation too long for one goes to those it fits; too long for all, to all', () => {
  const words = (tokens: number): string => 'abc '.repeat(tokens)
  expect(chosen('auto', words(150_000))).toEqual(['anthropic/claude-haiku-4-5', 'openai/gpt-4.1'])
  expect(chosen('auto', words(2_000_000))).toHaveLength(3)
})

test('a credential that was refused a moment ago is tried last, for a minute', () => {
  health.refuse(groq)
  expect(chosen('auto', 'Hello').at(-1)).toBe('groq/gpt-oss-20b')
  expect(chosen('quick', 'Hello')).toEqual(['groq/gpt-oss-20b'])
  now += 60_000
  expect(chosen('auto', 'Hello')[0]).toBe('groq/gpt-oss-20b')
})

test('a model refused to a credential does not hold up the credential’s other models', () => {
  health.refuse(groq, 'some-private-model')
  expect(chosen('auto', 'Hello')[0]).toBe('groq/gpt-oss-20b')
  health.refuse(groq, 'openai/gpt-oss-20b')
  expect(chosen('auto', 'Hello').at(-1)).toBe('groq/gpt-oss-20b')
  health.accept(groq, 'openai/gpt-oss-20b')
  expect(chosen('auto', 'Hello')[0]).toBe('groq/gpt-oss-20b')
})
