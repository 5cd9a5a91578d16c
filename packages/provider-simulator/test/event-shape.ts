import { isObject, objectOf, objectsOf, textOf } from '../src/answer/json-value.ts'
import type { JsonObject } from '../src/answer/json-value.ts'
import type { WireName } from './raw-call.ts'

/** The settings a response repeats from its request have the request's keys, not the provider's. */
const echoed = new Set([
  'tools',
  'arguments',
  'args',
  'metadata',
  'instructions',
  'input',
  'format',
  'text_format',
])

/** Every key of a JSON value by its path: `choices[].delta.content`. */
export function keyPaths(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => keyPaths(each, `${path}[]`))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}.${key}`
    return echoed.has(key) ? [here] : [here, ...keyPaths(inner, here)]
  })
}

/** What an event is within its stream: events of one class have the same keys. */
export function eventClass(wire: WireName, event: unknown): string {
  if (!isObject(event)) return String(event)
  if ('error' in event && wire !== 'responses' && wire !== 'anthropic') return 'error'
  switch (wire) {
    case 'openai':
    case 'groq':
      return chunkClass(event)
    case 'responses': {
      const inner = objectOf(event['item'])['type'] ?? objectOf(event['part'])['type']
      return `${textOf(event['type'])} ${textOf(inner)}`.trim()
    }
    case 'anthropic': {
      const inner = objectOf(event['content_block'])['type'] ?? objectOf(event['delta'])['type']
      return `${textOf(event['type'])} ${textOf(inner)}`.trim()
    }
    case 'gemini':
      return geminiClass(event)
  }
}

function chunkClass(chunk: JsonObject): string {
  const choice = objectsOf(chunk['choices'])[0]
  if (choice === undefined) return 'usage'
  if (choice['finish_reason'] !== null) return 'finish'
  const delta = objectOf(choice['delta'])
  const call = objectsOf(delta['tool_calls'])[0]
  if (call !== undefined) return 'id' in call ? 'tool call' : 'tool arguments'
  if ('role' in delta) return 'opening'
  return ['content', 'refusal', 'reasoning'].find((key) => textOf(delta[key]) !== '') ?? 'empty'
}

function geminiClass(chunk: JsonObject): string {
  const candidate = objectsOf(chunk['candidates'])[0]
  if (candidate === undefined) return 'no candidate'
  const part = objectsOf(objectOf(candidate['content'])['parts'])[0] ?? {}
  const kind = 'functionCall' in part ? 'call' : part['thought'] === true ? 'thought' : 'text'
  return 'finishReason' in candidate ? `${kind} and finish` : kind
}

/** Repeats counted once, pings left out: the order of a stream. */
export function orderOf(wire: WireName, events: readonly unknown[]): string[] {
  return events
    .map((event) => eventClass(wire, event))
    .filter((name) => name !== 'ping')
    .filter((name, index, all) => name !== all[index - 1])
}
