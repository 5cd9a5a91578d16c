import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import type { Simulator } from '../src/index.ts'
import { keyPaths } from './event-shape.ts'
import { anthropic, ask, contents, paths, says } from './provider-requests.ts'
import type { WireName } from './raw-call.ts'
import { recording, recordingsPresent } from './recording.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const failures: [name: string, wire: WireName, model: string][] = [
  ['openai-error-400-context-length', 'openai', 'm+context-length'],
  ['openai-error-401-bad-key', 'openai', 'm+401'],
  ['openai-error-404-model', 'openai', 'm+404'],
  ['openai-error-400-model-not-found-responses', 'responses', 'm+404'],
  ['openai-error-429-insufficient-quota', 'openai', 'm+429-quota'],
  ['openai-error-500-server-error', 'openai', 'm+500'],
  ['groq-error-400-context-length', 'groq', 'm+context-length'],
  ['groq-error-401-bad-key', 'groq', 'm+401'],
  ['groq-error-404-model', 'groq', 'm+404'],
  ['groq-error-429-retry-after', 'groq', 'm+429-retry-after-3'],
  ['anthropic-error-400-prompt-too-long', 'anthropic', 'm+context-length'],
  ['anthropic-error-401-bad-key', 'anthropic', 'm+401'],
  ['anthropic-error-404-model', 'anthropic', 'm+404'],
  ['anthropic-error-429-retry-after', 'anthropic', 'm+429-retry-after-41'],
  ['anthropic-error-529-overloaded', 'anthropic', 'm+529'],
  ['gemini-error-400-bad-key', 'gemini', 'm+401'],
  ['gemini-error-400-context-length', 'gemini', 'm+context-length'],
  ['gemini-error-404-model', 'gemini', 'm+404'],
  ['gemini-error-429-retry-info', 'gemini', 'm+429-retry-after-48'],
  ['gemini-error-500-internal', 'gemini', 'm+500'],
  ['gemini-error-503-labelled-event-stream', 'gemini', 'm+503'],
]

describe.skipIf(!recordingsPresent)('errors, held to recordings', () => {
  it.each(failures)('%s', async (name, wire, model) => {
    const real = recording(name)
    const method = real.endpoint.includes('stream')
      ? 'streamGenerateContent?alt=sse'
      : 'generateContent'
    const path = wire === 'gemini' ? `/v1beta/models/${model}:${method}` : paths[wire]
    const request =
      wire === 'gemini'
        ? contents('hello')
        : wire === 'responses'
          ? { model, input: 'hello' }
          : { ...anthropic, stream: false, model, messages: says('hello') }
    const response = await ask(simulator, wire, request, path)
    expect(response.status).toBe(real.status)
    expect(response.headers.get('retry-after')).toBe(real.headers['retry-after'] ?? null)
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(
      real.headers['content-type']?.split(';')[0],
    )
    const should = real.headers['x-should-retry']
    if (should !== undefined) expect(response.headers.get('x-should-retry')).toBe(should)

    const error = ((await response.json()) as { error: Record<string, unknown> }).error
    const realError = (JSON.parse(real.body) as { error: Record<string, unknown> }).error
    for (const key of ['type', 'code', 'status', 'param'])
      expect(error[key]).toEqual(realError[key])
    expect(error['message']).toEqual(expect.any(String))
    const details = Array.isArray(error['details']) ? keyPaths(error['details']) : []
    if (name !== 'gemini-error-429-retry-info')
      expect(details).toEqual(keyPaths(realError['details']))
  })
})
