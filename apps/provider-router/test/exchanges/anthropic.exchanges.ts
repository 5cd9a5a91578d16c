import { json, namedEvents, stream, type WrittenExchange } from './written-exchange.ts'

const about = { id: 'msg_1', model: 'claude-x' }

const start = {
  type: 'message_start',
  message: {
    ...about,
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  },
}
const block = (index: number, content_block: object) => ({
  type: 'content_block_start',
  index,
  content_block,
})
const delta = (index: number, change: object) => ({
  type: 'content_block_delta',
  index,
  delta: change,
})
const text = (index: number, words: string) => delta(index, { type: 'text_delta', text: words })
const stop = (index: number) => ({ type: 'content_block_stop', index })
const end = (stop_reason: string, output_tokens = 5) => [
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens } },
  { type: 'message_stop' },
]

export const anthropicExchanges: readonly WrittenExchange[] = [
  stream(
    'anthropic',
    'anthropic-stream-kinds-that-we-do-not-know',
    namedEvents(
      start,
      { type: 'ping' },
      { type: 'heartbeat_of_2030', strange: true },
      block(0, {
        type: 'mcp_tool_use',
        id: 'mcptoolu_1',
        name: 'lookup',
        server_name: 's',
        input: {},
      }),
      delta(0, { type: 'input_json_delta', partial_json: '{"secret":1}' }),
      stop(0),
      block(1, {
        type: 'mcp_tool_result',
        tool_use_id: 'mcptoolu_1',
        content: [{ type: 'text', text: 'not the answer' }],
      }),
      stop(1),
      block(2, { type: 'container_upload', file_id: 'file_1' }),
      stop(2),
      block(3, { type: 'text', text: '' }),
      delta(3, { type: 'citations_delta', citation: { type: 'page_location' } }),
      text(3, 'Found'),
      delta(3, { type: 'delta_of_2030', text: 'never shown' }),
      text(3, ' it.'),
      stop(3),
      ...end('end_turn'),
    ),
    {
      ...about,
      text: 'Found it.',
      finish: 'end_turn',
      usage: { input: 10, output: 5 },
      server_tool_calls: [
        { type: 'mcp_tool_use', name: 'lookup' },
        { type: 'mcp_tool_result', name: null },
        { type: 'container_upload', name: null },
      ],
    },
  ),
  stream(
    'anthropic',
    'anthropic-stream-tool-input-at-once',
    namedEvents(
      start,
      block(0, { type: 'thinking', thinking: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Look' }),
      delta(0, { type: 'thinking_delta', thinking: ' it up.' }),
      delta(0, { type: 'signature_delta', signature: 'c2ln' }),
      stop(0),
      block(1, { type: 'text', text: 'I ' }),
      text(1, 'look.'),
      stop(1),
      block(2, { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'sky' } }),
      stop(2),
      block(3, { type: 'tool_use', id: 'toolu_2', name: 'wait', input: {} }),
      delta(3, { type: 'input_json_delta', partial_json: '' }),
      stop(3),
      ...end('tool_use', 40),
    ),
    {
      ...about,
      text: 'I look.',
      reasoning: 'Look it up.',
      finish: 'tool_use',
      usage: { input: 10, output: 40 },
      tool_calls: [
        { id: 'toolu_1', name: 'look', arguments: '{"at":"sky"}' },
        { id: 'toolu_2', name: 'wait', arguments: '{}' },
      ],
    },
  ),
  stream(
    'anthropic',
    'anthropic-stream-context-window-exceeded',
    namedEvents(
      start,
      block(0, { type: 'text', text: '' }),
      text(0, 'a'),
      stop(0),
      ...end('model_context_window_exceeded'),
    ),
    {
      ...about,
      text: 'a',
      finish: 'model_context_window_exceeded',
      usage: { input: 10, output: 5 },
    },
  ),
  stream(
    'anthropic',
    'anthropic-stream-error-before-anything',
    namedEvents({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    { complete: false, error: { type: 'overloaded_error', message: 'Overloaded' } },
  ),
  stream(
    'anthropic',
    'anthropic-stream-ends-before-its-stop-reason',
    namedEvents(start, block(0, { type: 'text', text: '' }), text(0, 'Half'), stop(0)),
    { ...about, text: 'Half', complete: false, usage: { input: 10, output: 1 } },
  ),
  json(
    'anthropic',
    'anthropic-json-server-tool-between-texts',
    {
      ...about,
      type: 'message',
      content: [
        { type: 'text', text: 'I search. ' },
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
        { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
        { type: 'text', text: 'Done.', citations: [{ type: 'web_search_result_location' }] },
      ],
      stop_reason: 'end_turn',
      usage: {
        input_tokens: 3,
        output_tokens: 9,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 20,
        server_tool_use: { web_search_requests: 1 },
      },
    },
    {
      ...about,
      text: 'I search. Done.',
      text_parts: ['I search. ', 'Done.'],
      finish: 'end_turn',
      usage: { input: 3, output: 9, cached: 100, cache_write: 20 },
      server_tool_calls: [
        { type: 'server_tool_use', name: 'web_search' },
        { type: 'web_search_tool_result', name: null },
      ],
    },
  ),
  json(
    'anthropic',
    'anthropic-json-error-with-200',
    { type: 'error', error: { type: 'api_error', message: 'Internal server error' } },
    { complete: false, error: { type: 'api_error', message: 'Internal server error' } },
  ),
]
