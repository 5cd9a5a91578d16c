import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import { requestIdentity } from './request-identity.ts'

const request: ChatCompletionRequest = {
  model: 'auto',
  messages: [{ role: 'user', content: 'Hello' }],
  user: 'ada',
}
const service = { kind: 'service', service: 'chat-api' } as const
const holder = (keyDigest: string) => ({ kind: 'api-key', keyDigest }) as const

test('the same request of the same caller has one name', () => {
  const again: ChatCompletionRequest = {
    user: 'ada',
    messages: [{ content: 'Hello', role: 'user' }],
    model: 'auto',
  }
  const name = requestIdentity({ caller: service, request })
  expect(name).toMatch(/^[0-9a-f]{64}$/)
  expect(requestIdentity({ caller: service, request: again })).toBe(name)
})

test('other callers, other users and other requests have other names', () => {
  const names = [
    requestIdentity({ caller: service, request }),
    requestIdentity({ caller: { kind: 'service', service: 'worker' }, request }),
    requestIdentity({ caller: holder('chat-api'), request }),
    requestIdentity({ caller: holder('other'), request }),
    requestIdentity({ caller: holder('other'), request: { ...request, user: undefined } }),
    requestIdentity({ caller: service, request, variant: 'events' }),
    ...[
      { user: 'bob' },
      { model: 'gpt-4o' },
      { stream: true },
      { max_tokens: 5 },
      { brainlyx: { continue: true } },
      { an_option_of_tomorrow: 1 },
      { messages: [{ role: 'system' as const, content: 'Hello' }] },
    ].map((change) => requestIdentity({ caller: service, request: { ...request, ...change } })),
  ]
  expect(names).not.toContain(undefined)
  expect(new Set(names).size).toBe(names.length)
})

test('what a caller wants to hear about the answer makes no difference', () => {
  const stream_options = { include_usage: true }
  expect(requestIdentity({ caller: service, request: { ...request, stream_options } })).toBe(
    requestIdentity({ caller: service, request }),
  )
})

test.each([undefined, null, ''])('a service that names %j as user shares nothing', (user) => {
  expect(requestIdentity({ caller: service, request: { ...request, user } })).toBeUndefined()
})

test('the holder of a key is one user by itself', () => {
  const { user: _, ...anonymous } = request
  expect(requestIdentity({ caller: holder('a'), request: anonymous })).toBeDefined()
})

test.each([{ temperature: 0.7 }, { n: 2 }])('%o asks for variety and gets it', (change) => {
  expect(requestIdentity({ caller: service, request: { ...request, ...change } })).toBeUndefined()
})

test.each([
  { temperature: 0 },
  { temperature: null },
  { n: 1 },
  { n: null },
  { tools: [{ type: 'function' as const, function: { name: 'look' } }] },
])('%o may be shared', (change) => {
  expect(requestIdentity({ caller: service, request: { ...request, ...change } })).toBeDefined()
})

test('who declines gets an answer of its own', () => {
  expect(requestIdentity({ caller: service, request, declined: true })).toBeUndefined()
})

test('a request that nests deeper than any honest one gets an answer of its own', () => {
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  expect(requestIdentity({ caller: service, request: { ...request, deep } })).toBeUndefined()
})
