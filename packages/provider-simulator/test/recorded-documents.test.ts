import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '../src/index.ts'
import type { Simulator } from '../src/index.ts'
import { keyPaths } from './event-shape.ts'
import {
  anthropic,
  ask,
  chatTools,
  contents,
  noArguments,
  paths,
  says,
} from './provider-requests.ts'
import type { WireName } from './raw-call.ts'
import { recording, recordingsPresent } from './recording.ts'

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

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

describe.skipIf(!recordingsPresent)('documents, held to recordings', () => {
  it.each(documents)('%s %s %j', async (wire, path, request, recorded) => {
    const response = await ask(simulator, wire, request, path)
    const keys = new Set(keyPaths(await response.json()))
    const known = recorded.map((name) => new Set(keyPaths(JSON.parse(recording(name).body))))
    const first = [...(known[0] ?? [])]
    const everywhere = first.filter((key) => known.every((each) => each.has(key)))
    const optional =
      /cache_write_tokens|tool_usage|billing|moderation|penalty|retention|reasoning\.(context|mode)|verbosity|safetyRatings|avgLogprobs|createTime|content\[\]\.text$|cacheTokensDetails|cachedContent|thoughtsTokenCount|serviceTier/
    expect(everywhere.filter((key) => !keys.has(key) && !optional.test(key))).toEqual([])
  })
})
