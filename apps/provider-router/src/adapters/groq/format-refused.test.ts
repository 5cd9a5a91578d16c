import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { ProviderError } from '../provider-error.ts'
import type { ProviderCall } from '../provider-adapter.ts'
import { groqAdapter } from './groq.adapter.ts'

interface Asked {
  readonly messages: { readonly role: string; readonly content: string }[]
  readonly response_format?: object
}

const asked: Asked[] = []
let refusal = ''
const server = createServer((request, response) => {
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(pieces).toString()) as Asked
    asked.push(body)
    response.setHeader('content-type', 'application/json')
    if (body.response_format !== undefined) {
      response.statusCode = 400
      const error = { message: refusal, type: 'invalid_request_error' }
      response.end(JSON.stringify({ error }))
      return
    }
    const message = { role: 'assistant', content: '{"bird":"heron"}' }
    response.end(
      JSON.stringify({
        id: 'a',
        model: 'm',
        choices: [{ index: 0, message, finish_reason: 'stop' }],
      }),
    )
  })
})
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve)
})
afterAll(() => server.close())
beforeEach(() => void asked.splice(0))

const schema = { type: 'object', properties: { bird: { type: 'string' } } }

function call(): ProviderCall {
  const { port } = server.address() as AddressInfo
  return {
    target: {
      api: 'groq',
      baseUrl: `http://127.0.0.1:${port}`,
      apiKey: 'key',
      connectMs: 2_000,
      model: 'llama-3.3-70b-versatile',
      outputTokenLimit: 1_000,
    },
    request: {
      model: 'any',
      messages: [{ role: 'user', content: 'Which bird?' }],
      response_format: { type: 'json_schema', json_schema: { name: 'bird', schema } },
    },
    prefill: false,
    signal: new AbortController().signal,
  }
}

test.each([
  'This model does not support response format `json_schema`.',
  'invalid schema for response format: response_format/json_schema/bird: minItems is not supported',
  'json mode cannot be combined with tool/function calling',
])('a format that is refused is asked for in words: %s', async (message) => {
  refusal = message
  const parts = await groqAdapter.complete(call())
  expect(parts).toContainEqual(expect.objectContaining({ text: '{"bird":"heron"}' }))
  expect(asked).toHaveLength(2)
  const [words, question] = asked[1]!.messages
  expect(words).toMatchObject({
    role: 'system',
    content: expect.stringContaining(JSON.stringify(schema)),
  })
  expect(question).toEqual({ role: 'user', content: 'Which bird?' })
})

test.each([
  'Please reduce the length of the messages or completion.',
  'Failed to generate JSON: json_validate_failed. See failed_generation, and your json schema.',
])('what is refused for something else is refused: %s', async (message) => {
  refusal = message
  await expect(groqAdapter.complete(call())).rejects.toBeInstanceOf(ProviderError)
  expect(asked).toHaveLength(1)
})
