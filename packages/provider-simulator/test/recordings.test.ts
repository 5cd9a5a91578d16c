import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import type { Simulator } from '../src/index.ts'
import { eventClass, keyPaths, orderOf } from './event-shape.ts'
import { eventsOf } from './raw-call.ts'
import type { WireName } from './raw-call.ts'

// Holds the simulator to recordings of the real providers, where a checkout has them beside it.
const folder = new URL('../../../../shared/fixtures/', import.meta.url)
const present = existsSync(folder)
if (!present) {
  process.stderr.write(
    'The recorded exchanges are not beside this repository: that comparison is skipped.\n',
  )
}

interface Recording {
  endpoint: string
  status: number
  headers: Record<string, string>
  body: string
}

function recording(name: string): Recording {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Recording
}

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const paths: Record<WireName, string> = {
  openai: '/v1/chat/completions',
  responses: '/v1/responses',
  groq: '/openai/v1/chat/completions',
  anthropic: '/v1/messages',
  gemini: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
}

async function ask(wire: WireName, body: unknown, path = paths[wire]): Promise<Response> {
  return fetch(simulator.url + path, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body: JSON.stringify(body),
  })
}

const says = (content: string): { role: string; content: string }[] => [{ role: 'user', content }]
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const noArguments = { type: 'object', properties: {} }
const chatTools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, parameters: schema },
}))
const responsesTools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  name,
  parameters: schema,
}))
const usage = { stream: true, stream_options: { include_usage: true } }
const anthropic = { model: 'claude', stream: true, max_tokens: 4000 }
const contents = (text: string): unknown => ({ contents: [{ role: 'user', parts: [{ text }] }] })

/** Recorded streams, and the request that makes the simulator answer in the same way. */
const streams: [name: string, wire: WireName, request: unknown][] = [
  ['openai-chat-stream-text', 'openai', { model: 'm', ...usage, messages: says('hello') }],
  [
    'openai-chat-stream-parallel-tools',
    'openai',
    { model: 'm', ...usage, messages: says('get_weather get_time'), tools: chatTools },
  ],
  ['openai-chat-stream-refusal', 'openai', { model: 'refusal', ...usage, messages: says('hello') }],
  [
    'openai-chat-stream-length-cut-json',
    'openai',
    { model: 'm', ...usage, messages: says('hello'), max_tokens: 1 },
  ],
  ['openai-chat-stream-pdf-input', 'openai', { model: 'm', ...usage, messages: says('hello') }],
  ['openai-chat-stream-long-unicode', 'openai', { model: 'm', ...usage, messages: says('hello') }],
  ['openai-responses-stream-text', 'responses', { model: 'm', stream: true, input: 'hello' }],
  [
    'openai-responses-stream-parallel-tools',
    'responses',
    { model: 'm', stream: true, input: 'get_weather get_time', tools: responsesTools },
  ],
  [
    'openai-responses-stream-reasoning-then-tool',
    'responses',
    { model: 'm', stream: true, input: 'think, then get_weather', tools: responsesTools },
  ],
  [
    'openai-responses-stream-incomplete-max-tokens',
    'responses',
    { model: 'm', stream: true, input: 'hello', max_output_tokens: 16 },
  ],
  ['groq-stream-text-short', 'groq', { model: 'm', stream: true, messages: says('hello') }],
  ['groq-stream-reasoning-parsed', 'groq', { model: 'm', stream: true, messages: says('why?') }],
  [
    'groq-stream-tool-no-args',
    'groq',
    { model: 'm', stream: true, messages: says('get_weather'), tools: chatTools },
  ],
  ['anthropic-stream-text', 'anthropic', { ...anthropic, messages: says('hello') }],
  [
    'anthropic-stream-thinking',
    'anthropic',
    { ...anthropic, messages: says('why?'), thinking: { type: 'adaptive' } },
  ],
  ['anthropic-stream-cache-write', 'anthropic', { ...anthropic, messages: says('hello') }],
  [
    'anthropic-stream-refusal',
    'anthropic',
    { ...anthropic, model: 'refusal', messages: says('hello') },
  ],
  ['gemini-stream-text', 'gemini', contents('hello')],
  ['gemini-stream-usage-every-chunk', 'gemini', contents('hello')],
  ['gemini-stream-thinking', 'gemini', contents('why?')],
  [
    'gemini-stream-tool',
    'gemini',
    {
      ...Object(contents('get_weather')),
      tools: [{ functionDeclarations: [{ name: 'get_weather', parameters: schema }] }],
    },
  ],
]

/** Recorded streams whose events widen what keys a provider is known to use. */
const alsoRecorded: Record<WireName, string[]> = {
  openai: [
    'openai-chat-stream-three-choices',
    'openai-chat-stream-parallel-tools-no-args',
    'openai-chat-stream-forced-tool-finish-stop',
  ],
  responses: [
    'openai-responses-stream-commentary-phase-and-tool',
    'openai-responses-stream-custom-tool',
    'openai-responses-stream-web-search-annotations',
  ],
  groq: [
    'groq-stream-reasoning-then-text',
    'groq-stream-reasoning-then-tool',
    'groq-stream-tool-usage-three-times',
  ],
  anthropic: [
    'anthropic-stream-tool',
    'anthropic-stream-tool-no-args',
    'anthropic-stream-parallel-tools',
    'anthropic-stream-emoji-joke',
  ],
  gemini: [
    'gemini-stream-long',
    'gemini-stream-max-tokens',
    'gemini-stream-parallel-tools',
    'gemini-stream-thinking-and-tool',
  ],
}

/** Keys that real events carry and the simulator leaves out, or the other way round, with the reason. */
const tolerated: RegExp[] = [
  /obfuscation$/, // padding against traffic analysis, newer than some recordings
  /thoughtSignature$/, // opaque, only where a model thought
  /encrypted_content$/,
  /output_tokens_details/, // in the SDK's types, newer than the recordings
  /promptTokensDetails|candidatesTokensDetails/, // comes and goes between recordings of one model
  /recommended_model$/, // the recording was written by its repository
  /^x_groq\.seed$/,
  /\.tool_usage|\.reasoning\.context$|\.text\.verbosity$/, // only in the newest recordings of Responses
]

type Shapes = Map<string, Set<string>[]>

function shapesOf(wire: WireName, events: readonly unknown[]): Shapes {
  const shapes: Shapes = new Map()
  for (const event of events) {
    const name = eventClass(wire, event)
    shapes.set(name, [...(shapes.get(name) ?? []), new Set(keyPaths(event))])
  }
  return shapes
}

function recordedShapes(wire: WireName): Shapes {
  const names = [
    ...streams.filter((each) => each[1] === wire).map(([name]) => name),
    ...alsoRecorded[wire],
  ]
  return shapesOf(
    wire,
    names.flatMap((name) => eventsOf(recording(name).body)),
  )
}

function isTolerated(path: string): boolean {
  return tolerated.some((pattern) => pattern.test(path))
}

describe.skipIf(!present)('streams, held to recordings', () => {
  it.each(streams)('%s', async (name, wire, request) => {
    const real = recording(name)
    const response = await ask(wire, request)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')?.split(';')[0]).toBe('text/event-stream')
    const body = await response.text()
    const events = eventsOf(body)

    expect(orderOf(wire, events)).toEqual(orderOf(wire, eventsOf(real.body)))
    expect(body.includes('\r\n')).toBe(wire === 'gemini')

    const recorded = recordedShapes(wire)
    for (const [kind, shapes] of shapesOf(wire, events)) {
      const known = recorded.get(kind)
      if (known === undefined) throw new Error(`no recording has an event like ${kind}`)
      const everywhere = [...(known[0] ?? [])].filter((path) =>
        known.every((each) => each.has(path)),
      )
      // All chunks of Chat Completions have the same frame around their delta.
      const alike = [...known, ...(recorded.get('content') ?? [])]
      const anywhere = new Set(alike.flatMap((each) => [...each]))
      for (const shape of shapes) {
        const missing = everywhere.filter((path) => !shape.has(path) && !isTolerated(path))
        const invented = [...shape].filter((path) => !anywhere.has(path) && !isTolerated(path))
        expect({ kind, missing, invented }).toEqual({ kind, missing: [], invented: [] })
      }
    }
  })
})

const documents: [wire: WireName, path: string, request: unknown, recorded: string[]][] = [
  [
    'openai',
    paths.openai,
    { model: 'm', messages: says('hello') },
    ['openai-chat-json-korean', 'openai-chat-json-image-input', 'openai-chat-json-cached-prompt'],
  ],
  [
    'openai',
    paths.openai,
    { model: 'm', messages: says('get_weather'), tools: chatTools },
    ['openai-chat-json-parallel-tools'],
  ],
  [
    'responses',
    paths.responses,
    { model: 'm', input: 'hello', max_output_tokens: 16 },
    ['openai-responses-json-incomplete'],
  ],
  [
    'groq',
    paths.groq,
    { model: 'm', messages: says('hello') },
    ['groq-json-text', 'groq-json-non-ascii'],
  ],
  [
    'groq',
    paths.groq,
    { model: 'm', messages: says('get_weather'), tools: chatTools },
    ['groq-json-tool'],
  ],
  [
    'anthropic',
    paths.anthropic,
    { ...anthropic, stream: false, messages: says('hello') },
    ['anthropic-json-emoji', 'anthropic-json-max-tokens'],
  ],
  [
    'anthropic',
    paths.anthropic,
    {
      ...anthropic,
      stream: false,
      messages: says('why? get_weather'),
      tools: [{ name: 'get_weather', input_schema: noArguments }],
    },
    ['anthropic-json-thinking-and-tool'],
  ],
  [
    'gemini',
    '/v1beta/models/m:generateContent',
    contents('hello'),
    ['gemini-json-cached', 'gemini-json-emoji', 'gemini-json-image-input'],
  ],
]

describe.skipIf(!present)('documents, held to recordings', () => {
  it.each(documents)('%s %s %j', async (wire, path, request, recorded) => {
    const response = await ask(wire, request, path)
    const keys = new Set(keyPaths(await response.json()))
    const known = recorded.map((name) => new Set(keyPaths(JSON.parse(recording(name).body))))
    const first = [...(known[0] ?? [])]
    const everywhere = first.filter((key) => known.every((each) => each.has(key)))
    const optional =
      /cache_write_tokens|tool_usage|billing|moderation|penalty|retention|reasoning\.(context|mode)|verbosity|safetyRatings|avgLogprobs|createTime|content\[\]\.text$|cacheTokensDetails|cachedContent|thoughtsTokenCount|serviceTier/
    expect(
      everywhere.filter((key) => !keys.has(key) && !isTolerated(key) && !optional.test(key)),
    ).toEqual([])
  })
})

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

describe.skipIf(!present)('errors, held to recordings', () => {
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
    const response = await ask(wire, request, path)
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
