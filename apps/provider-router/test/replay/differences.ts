import { isDeepStrictEqual } from 'node:util'
import type { Outcome } from './call-adapter.ts'
import type { Expected } from './exchange.ts'

/** Where an outcome departs from what its exchange means; `field: got …, expected …`. Empty where nowhere. */
export function differences(expected: Expected, outcome: Outcome): string[] {
  const { answer, error } = outcome
  const pairs: [field: string, got: unknown, wanted: unknown][] = [
    ['text', answer.text, expected.text],
    ['finish', answer.finishRaw ?? error?.rawFinish ?? null, expected.finish],
    [
      'tool_calls',
      answer.toolCalls.map((call) => [call.id, call.name, comparable(call.arguments)]),
      expected.tool_calls.map((call) => [call.id, call.name, comparable(call.arguments)]),
    ],
    ['usage', answer.usageRaw, given(expected.usage)],
    ['reasoning', answer.reasoning, expected.reasoning],
    ['refusal', answer.refusal, expected.refusal],
    ['id', answer.id, expected.id],
    ['model', answer.model, expected.model],
    [
      'redacted_thinking_blocks',
      answer.redactedReasoningBlocks,
      expected.redacted_thinking_blocks ?? 0,
    ],
    ...endOf(expected, outcome),
  ]
  if (expected.text_parts !== undefined) {
    pairs.push(['text_parts', answer.textParts, expected.text_parts.filter((part) => part !== '')])
  }
  if (expected.reasoning_parts !== undefined) {
    pairs.push(['reasoning_parts', answer.reasoningParts, expected.reasoning_parts])
  }
  if (expected.server_tool_calls !== undefined) {
    const got = answer.serverToolCalls.map(({ kind, name }) => ({ type: kind, name }))
    pairs.push(['server_tool_calls', got, expected.server_tool_calls])
  }
  if (expected.choices !== undefined) {
    const got = answer.choices.map(({ text, finishRaw }) => ({ text, finish: finishRaw }))
    pairs.push(['choices', got, expected.choices])
  }
  if (expected.other_candidates !== undefined) {
    const got = answer.choices.slice(1).map(({ text }) => text)
    pairs.push(['other_candidates', got, expected.other_candidates])
  }
  return pairs
    .filter(([, got, wanted]) => !isDeepStrictEqual(got, wanted))
    .map(([field, got, wanted]) => `${field}: got ${show(got)}, expected ${show(wanted)}`)
}

/** How it ended: whole, with the provider's error, or cut off. */
function endOf(expected: Expected, { answer, error }: Outcome): [string, unknown, unknown][] {
  if (expected.error !== null) {
    // An answer that ends in an error is no answer, whether or not the provider closed the stream properly after it.
    return [
      ['error', error?.raw ?? null, expected.error],
      ['complete', answer.complete, false],
      ...(expected.status === undefined ? [] : [statusPair(expected, error?.status)]),
      ...(expected.retry_after == null ? [] : [retryPair(expected, error?.retryAfterMs)]),
    ]
  }
  if (!expected.complete) {
    return [
      ['error', error?.code ?? null, 'stream-cut'],
      ['complete', answer.complete && error === null, false],
    ]
  }
  return [
    ['error', error?.raw ?? error?.code ?? null, null],
    ['complete', answer.complete && answer.endMarker, true],
  ]
}

function statusPair(
  expected: Expected,
  status: number | null | undefined,
): [string, unknown, unknown] {
  return ['status', status ?? null, expected.status]
}

function retryPair(
  expected: Expected,
  retryAfterMs: number | null | undefined,
): [string, unknown, unknown] {
  return ['retry_after', retryAfterMs ?? null, Number(expected.retry_after) * 1000]
}

/** Counts that the provider left out stand as null in some expected files. */
function given(usage: Expected['usage']): Readonly<Record<string, number>> | null {
  if (usage === null) return null
  const entries = Object.entries(usage).filter(
    (entry): entry is [string, number] => entry[1] !== null,
  )
  return Object.fromEntries(entries)
}

/** Arguments are compared as JSON where they are JSON. */
function comparable(argumentsText: string): unknown {
  try {
    return JSON.parse(argumentsText)
  } catch {
    return argumentsText
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 400 ? `${text.slice(0, 300)} … ${text.slice(-100)}` : text
}
