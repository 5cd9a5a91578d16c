import { dataLines, json, stream, type WrittenExchange } from './written-exchange.ts'

const about = { id: 'chatcmpl-g', model: 'openai/gpt-oss-20b' }

const chunk = (delta: object, finish_reason: string | null = null): object => ({
  ...about,
  choices: [{ index: 0, delta, finish_reason }],
})

export const groqExchanges: readonly WrittenExchange[] = [
  stream(
    'groq',
    'groq-stream-parallel-tool-calls-in-one-delta',
    dataLines(
      chunk({ role: 'assistant', reasoning: 'Both.' }),
      chunk({
        tool_calls: [
          {
            index: 0,
            id: 'call_1',
            type: 'function',
            function: { name: 'look', arguments: '{"n":1}' },
          },
          {
            index: 1,
            id: 'call_2',
            type: 'function',
            function: { name: 'look', arguments: '{"n":2}' },
          },
        ],
      }),
      {
        ...chunk({}, 'tool_calls'),
        x_groq: {
          id: 'req_1',
          usage: { queue_time: 0.1, prompt_tokens: 8, completion_tokens: 20, total_tokens: 28 },
        },
      },
      '[DONE]',
    ),
    {
      ...about,
      finish: 'tool_calls',
      reasoning: 'Both.',
      usage: { input: 8, output: 20 },
      tool_calls: [
        { id: 'call_1', name: 'look', arguments: '{"n":1}' },
        { id: 'call_2', name: 'look', arguments: '{"n":2}' },
      ],
    },
  ),
  stream(
    'groq',
    'groq-stream-stopped-by-length',
    dataLines(chunk({ content: 'Once upon' }), chunk({}, 'length'), '[DONE]'),
    { ...about, text: 'Once upon', finish: 'length' },
  ),
  stream(
    'groq',
    'groq-stream-error-event',
    `${dataLines(chunk({ content: 'So ' }))}event: error\ndata: {"error":{"message":"over capacity","type":"internal_server_error","status_code":503}}\n\n`,
    {
      ...about,
      text: 'So ',
      complete: false,
      error: { message: 'over capacity', type: 'internal_server_error', status_code: 503 },
    },
  ),
  json(
    'groq',
    'groq-json-executed-tools',
    {
      ...about,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: '42',
            reasoning: 'I ran it.',
            executed_tools: [
              { index: 0, type: 'python', arguments: '{}', output: '42' },
              { index: 1, type: 'search', arguments: '{}', output: '' },
            ],
          },
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 5,
        completion_tokens: 6,
        prompt_tokens_details: { cached_tokens: 4 },
      },
    },
    {
      ...about,
      text: '42',
      finish: 'stop',
      reasoning: 'I ran it.',
      usage: { input: 5, output: 6, cached: 4 },
      server_tool_calls: [
        { type: 'python', name: null },
        { type: 'search', name: null },
      ],
    },
  ),
]
