import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import type { Simulator } from '../src/index.ts'
import { eventClass, keyPaths, orderOf } from './event-shape.ts'
import {
  anthropic,
  ask,
  chatTools,
  contents,
  responsesTools,
  says,
  schema,
  usage,
} from './provider-requests.ts'
import { eventsOf } from './raw-call.ts'
import type { WireName } from './raw-call.ts'
import { recording, recordingsPresent } from './recording.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

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

describe.skipIf(!recordingsPresent)('streams, held to recordings', () => {
  it.each(streams)('%s', async (name, wire, request) => {
    const real = recording(name)
    const response = await ask(simulator, wire, request)
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
