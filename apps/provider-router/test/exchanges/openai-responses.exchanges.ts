import { json, namedEvents, stream, type WrittenExchange } from './written-exchange.ts'

const endpoint = '/v1/responses'
const about = { id: 'resp_1', model: 'gpt-x' }

const begun = {
  type: 'response.created',
  response: { ...about, status: 'in_progress', output: [] },
}
const added = (output_index: number, item: object) => ({
  type: 'response.output_item.added',
  output_index,
  item,
})
const done = (output_index: number, item: object) => ({
  type: 'response.output_item.done',
  output_index,
  item,
})
const end = (status: string, more: object = {}) => ({
  type: `response.${status}`,
  response: { ...about, status, ...more },
})
const usage = {
  input_tokens: 12,
  input_tokens_details: { cached_tokens: 3 },
  output_tokens: 7,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 19,
}
const rawUsage = { input: 12, output: 7, cached: 3, reasoning: 2 }

export const openaiResponsesExchanges: readonly WrittenExchange[] = [
  stream(
    'openai',
    'responses-stream-refusal',
    namedEvents(
      begun,
      added(0, { type: 'message', content: [] }),
      {
        type: 'response.content_part.added',
        output_index: 0,
        content_index: 0,
        part: { type: 'refusal', refusal: '' },
      },
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: "I can't " },
      { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'do that.' },
      {
        type: 'response.refusal.done',
        output_index: 0,
        content_index: 0,
        refusal: "I can't do that.",
      },
      done(0, { type: 'message', content: [{ type: 'refusal', refusal: "I can't do that." }] }),
      end('completed', { usage }),
    ),
    { ...about, refusal: "I can't do that.", finish: 'completed', usage: rawUsage },
    endpoint,
  ),
  stream(
    'openai',
    'responses-stream-everything-only-at-the-end',
    namedEvents(
      begun,
      end('completed', {
        usage,
        output: [
          {
            type: 'reasoning',
            summary: [
              { type: 'summary_text', text: 'One. ' },
              { type: 'summary_text', text: 'Two.' },
            ],
          },
          { type: 'message', content: [{ type: 'output_text', text: 'Well.' }] },
          { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"a":1}' },
        ],
      }),
    ),
    {
      ...about,
      text: 'Well.',
      reasoning: 'One. Two.',
      reasoning_parts: ['One. ', 'Two.'],
      finish: 'completed',
      usage: rawUsage,
      tool_calls: [{ id: 'call_1', name: 'look', arguments: '{"a":1}' }],
    },
    endpoint,
  ),
  stream(
    'openai',
    'responses-stream-arguments-only-in-the-item',
    namedEvents(
      begun,
      added(0, { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '' }),
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a"' },
      { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"a":1}' },
      done(0, { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"a":1}' }),
      end('completed'),
    ),
    {
      ...about,
      finish: 'completed',
      tool_calls: [{ id: 'call_1', name: 'look', arguments: '{"a":1}' }],
    },
    endpoint,
  ),
  stream(
    'openai',
    'responses-stream-server-tools-and-unknown-events',
    namedEvents(
      begun,
      { type: 'response.queued', response: { ...about, status: 'queued' } },
      added(0, { type: 'mcp_call', name: 'roll', server_label: 'dice', arguments: '' }),
      { type: 'response.mcp_call_arguments.delta', output_index: 0, delta: '{"d":6}' },
      done(0, {
        type: 'mcp_call',
        name: 'roll',
        server_label: 'dice',
        arguments: '{"d":6}',
        output: '4',
      }),
      added(1, { type: 'code_interpreter_call' }),
      { type: 'response.code_interpreter_call_code.delta', output_index: 1, delta: 'print(1)' },
      done(1, { type: 'code_interpreter_call', code: 'print(1)' }),
      added(2, { type: 'image_generation_call' }),
      {
        type: 'response.image_generation_call.partial_image',
        output_index: 2,
        partial_image_b64: 'AAAA',
      },
      done(2, { type: 'image_generation_call', result: 'AAAA' }),
      added(3, { type: 'reasoning', summary: [] }),
      {
        type: 'response.reasoning_text.delta',
        output_index: 3,
        content_index: 0,
        delta: 'Rolled.',
      },
      done(3, {
        type: 'reasoning',
        summary: [],
        content: [{ type: 'reasoning_text', text: 'Rolled.' }],
      }),
      added(4, { type: 'message', content: [] }),
      { type: 'response.event_of_2030', output_index: 4, delta: 'never shown' },
      { type: 'response.output_text.delta', output_index: 4, content_index: 0, delta: 'A 4' },
      { type: 'response.output_text.annotation.added', output_index: 4, annotation: {} },
      { type: 'response.output_text.delta', output_index: 4, content_index: 1, delta: ', so.' },
      done(4, {
        type: 'message',
        content: [
          { type: 'output_text', text: 'A 4' },
          { type: 'output_text', text: ', so.' },
        ],
      }),
      end('completed', { usage }),
    ),
    {
      ...about,
      text: 'A 4, so.',
      text_parts: ['A 4', ', so.'],
      reasoning: 'Rolled.',
      finish: 'completed',
      usage: rawUsage,
      server_tool_calls: [
        { type: 'mcp_call', name: 'roll' },
        { type: 'code_interpreter_call', name: null },
        { type: 'image_generation_call', name: null },
      ],
    },
    endpoint,
  ),
  stream(
    'openai',
    'responses-stream-content-filter',
    namedEvents(
      begun,
      added(0, { type: 'message', content: [] }),
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Ou' },
      end('incomplete', { incomplete_details: { reason: 'content_filter' }, usage }),
    ),
    { ...about, text: 'Ou', finish: 'incomplete:content_filter', usage: rawUsage },
    endpoint,
  ),
  stream(
    'openai',
    'responses-stream-error-event-then-nothing',
    namedEvents(begun, { type: 'error', code: 'server_error', message: 'Sorry', param: null }),
    {
      ...about,
      complete: false,
      error: { type: 'error', code: 'server_error', message: 'Sorry', param: null },
    },
    endpoint,
  ),
  json(
    'openai',
    'responses-json-failed',
    { ...about, status: 'failed', output: [], error: { code: 'server_error', message: 'Sorry' } },
    { complete: false, finish: 'failed', error: { code: 'server_error', message: 'Sorry' } },
    endpoint,
  ),
]
