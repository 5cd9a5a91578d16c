import type { Simulator } from '../src/index.ts'
import type { WireName } from './raw-call.ts'

// Requests in each provider's own words, of which the recordings show the answers.

export const paths: Record<WireName, string> = {
  openai: '/v1/chat/completions',
  responses: '/v1/responses',
  groq: '/openai/v1/chat/completions',
  anthropic: '/v1/messages',
  gemini: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
}

export async function ask(
  simulator: Simulator,
  wire: WireName,
  body: unknown,
  path = paths[wire],
): Promise<Response> {
  return fetch(simulator.url + path, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body: JSON.stringify(body),
  })
}

export const says = (content: string): { role: string; content: string }[] => [
  { role: 'user', content },
]
export const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
}
export const noArguments = { type: 'object', properties: {} }
export const chatTools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, parameters: schema },
}))
export const responsesTools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  name,
  parameters: schema,
}))
export const usage = { stream: true, stream_options: { include_usage: true } }
export const anthropic = { model: 'claude', stream: true, max_tokens: 4000 }
export const contents = (text: string): unknown => ({
  contents: [{ role: 'user', parts: [{ text }] }],
})
