import type { Expected } from './exchange.ts'

interface Alteration {
  readonly name: string
  readonly field: string
  readonly alter: (expected: Expected) => Expected
}

/** Small lies about recordings, each of which the comparison must notice and name. */
export const alterations: readonly Alteration[] = [
  lie('openai-responses-stream-text', 'text', (expected) => ({ text: `${expected.text} ` })),
  lie('anthropic-stream-web-search', 'text_parts', (expected) => ({
    text_parts: [expected.text_parts?.join('') ?? ''],
  })),
  lie('openai-chat-stream-forced-tool-finish-stop', 'finish', () => ({ finish: 'tool_calls' })),
  lie('gemini-stream-tool-partial-args', 'tool_calls', (expected) => ({
    tool_calls: expected.tool_calls.slice(0, 1),
  })),
  lie('anthropic-json-four-parallel-tools', 'tool_calls', (expected) => ({
    tool_calls: expected.tool_calls.map((call) => ({ ...call, arguments: '{}' })),
  })),
  lie('anthropic-stream-web-search', 'usage', (expected) => ({
    usage: { ...expected.usage, output: (expected.usage?.['output'] ?? 0) + 1 },
  })),
  lie('openai-chat-stream-search-no-usage', 'usage', () => ({ usage: { input: 0, output: 0 } })),
  lie('groq-stream-reasoning-then-text', 'reasoning', (expected) => ({
    reasoning: expected.reasoning?.slice(1) ?? '',
  })),
  lie('openai-chat-stream-refusal', 'refusal', () => ({ refusal: null })),
  lie('anthropic-stream-redacted-thinking', 'redacted_thinking_blocks', () => ({
    redacted_thinking_blocks: 1,
  })),
  lie('openai-responses-stream-web-search-annotations', 'server_tool_calls', () => ({
    server_tool_calls: [],
  })),
  lie('openai-chat-stream-three-choices', 'choices', (expected) => ({
    choices: expected.choices?.slice(1) ?? [],
  })),
  lie('gemini-json-two-candidates', 'other_candidates', () => ({ other_candidates: [] })),
  lie('groq-stream-compound-web-search', 'model', () => ({ model: 'another' })),
  lie('anthropic-stream-text', 'id', () => ({ id: 'msg_another' })),
  lie('anthropic-error-429-retry-after', 'retry_after', () => ({ retry_after: '40' })),
  lie('openai-error-500-server-error', 'status', () => ({ status: 503 })),
  lie('openai-responses-stream-rate-limit-inside-200', 'error', () => ({ error: { type: 'x' } })),
]

function lie(
  name: string,
  field: string,
  change: (expected: Expected) => Partial<Expected>,
): Alteration {
  return { name, field, alter: (expected) => ({ ...expected, ...change(expected) }) }
}
