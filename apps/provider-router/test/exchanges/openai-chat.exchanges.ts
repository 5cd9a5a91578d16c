import { dataLines, json, stream, type WrittenExchange } from './written-exchange.ts'

const about = { id: 'chatcmpl-1', model: 'gpt-x' }

const chunk = (delta: object, finish_reason: string | null = null, index = 0): object => ({
  ...about,
  choices: [{ index, delta, finish_reason }],
})

const call = (index: number | undefined, id: string | undefined, body: object): object =>
  chunk({
    tool_calls: [
      {
        ...(index === undefined ? {} : { index }),
        ...(id === undefined ? {} : { id }),
        function: body,
      },
    ],
  })

export const openaiChatExchanges: readonly WrittenExchange[] = [
  stream(
    'openai',
    'chat-stream-content-filter',
    dataLines(
      chunk({ role: 'assistant', content: 'Well, ' }),
      chunk({}, 'content_filter'),
      '[DONE]',
    ),
    { ...about, text: 'Well, ', finish: 'content_filter' },
  ),
  stream(
    'openai',
    'chat-stream-unknown-finish-word',
    dataLines(chunk({ content: 'a' }), chunk({}, 'eos_reached'), '[DONE]'),
    { ...about, text: 'a', finish: 'eos_reached' },
  ),
  stream(
    'openai',
    'chat-stream-odd-framing',
    [
      ': a comment before anything\r\n',
      'retry: 3000\r\n\r\n',
      `data:   ${JSON.stringify(chunk({ content: 'Grüß' }))}\r\n\r\n`,
      // One event whose JSON goes over two data lines.
      `data: {"id":"chatcmpl-1","model":"gpt-x",\r\ndata: "choices":[{"index":0,"delta":{"content":" 👋🏽"}}]}\r\n\r\n`,
      // A proxy's hiccup: no JSON.
      'data: {"id":"chatc\r\n\r\n',
      ': ping\r\r',
      `id: 7\rdata: ${JSON.stringify(chunk({ content: '!' }, 'stop'))}\r\r`,
      // No blank line after the last event.
      'data: [DONE]',
    ].join(''),
    { ...about, text: 'Grüß 👋🏽!', finish: 'stop' },
  ),
  stream(
    'openai',
    'chat-stream-usage-beside-choices',
    dataLines(
      { ...about, choices: [], prompt_filter_results: [] },
      { ...chunk({ content: 'Hi' }), usage: { prompt_tokens: 4, completion_tokens: 1 } },
      { ...chunk({}, 'stop'), usage: { prompt_tokens: 4, completion_tokens: 2 } },
      '[DONE]',
    ),
    { ...about, text: 'Hi', finish: 'stop', usage: { input: 4, output: 2 } },
  ),
  stream(
    'openai',
    'chat-stream-reasoning-content',
    dataLines(
      chunk({ role: 'assistant', content: null, reasoning_content: 'Let me ' }),
      chunk({ reasoning_content: 'see.' }),
      chunk({ content: '4' }),
      chunk({}, 'stop'),
      '[DONE]',
    ),
    { ...about, text: '4', reasoning: 'Let me see.', finish: 'stop' },
  ),
  stream(
    'openai',
    'chat-stream-tool-calls-without-index',
    dataLines(
      call(undefined, 'call_a', { name: 'look', arguments: '' }),
      call(undefined, undefined, { arguments: '{"at":1}' }),
      call(undefined, 'call_b', { name: 'wait', arguments: '{}' }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ),
    {
      ...about,
      finish: 'tool_calls',
      tool_calls: [
        { id: 'call_a', name: 'look', arguments: '{"at":1}' },
        { id: 'call_b', name: 'wait', arguments: '{}' },
      ],
    },
  ),
  stream(
    'openai',
    'chat-stream-interleaved-tool-calls',
    dataLines(
      call(0, 'call_a', { name: 'look', arguments: '' }),
      call(1, 'call_b', { name: 'wait', arguments: '' }),
      call(0, undefined, { arguments: '{"q":"a\\"' }),
      call(1, undefined, { arguments: '{"s":' }),
      call(0, undefined, { arguments: 'b"}' }),
      call(1, undefined, { arguments: '2}' }),
      chunk({}, 'tool_calls'),
      '[DONE]',
    ),
    {
      ...about,
      finish: 'tool_calls',
      tool_calls: [
        { id: 'call_a', name: 'look', arguments: '{"q":"a\\"b"}' },
        { id: 'call_b', name: 'wait', arguments: '{"s":2}' },
      ],
    },
  ),
  stream(
    'openai',
    'chat-stream-error-chunk',
    dataLines(chunk({ content: 'Half' }), {
      error: { message: 'The server had an error', type: 'server_error', param: null, code: null },
    }),
    {
      ...about,
      text: 'Half',
      complete: false,
      error: { message: 'The server had an error', type: 'server_error', param: null, code: null },
    },
  ),
  stream(
    'openai',
    'chat-stream-done-without-a-finish',
    dataLines(chunk({ content: 'Half' }), '[DONE]'),
    { ...about, text: 'Half', complete: false },
  ),
  stream('openai', 'chat-stream-is-a-web-page', '<html><body>Bad gateway</body></html>', {
    complete: false,
  }),
  stream(
    'openai',
    'chat-stream-is-an-error-document',
    '{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}',
    {
      complete: false,
      error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' },
    },
  ),
  json(
    'openai',
    'chat-json-audio-and-annotations',
    {
      ...about,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Hear',
            annotations: [{ type: 'url_citation' }],
            audio: { id: 'audio_1', data: '' },
          },
          logprobs: { content: [] },
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 9,
        completion_tokens_details: { audio_tokens: 8 },
      },
    },
    { ...about, text: 'Hear', finish: 'stop', usage: { input: 3, output: 9 } },
  ),
  json(
    'openai',
    'chat-json-legacy-function-call',
    {
      ...about,
      choices: [
        {
          index: 0,
          message: { content: null, function_call: { name: 'look', arguments: '{"a":1}' } },
          finish_reason: 'function_call',
        },
      ],
    },
    {
      ...about,
      finish: 'function_call',
      tool_calls: [{ id: null, name: 'look', arguments: '{"a":1}' }],
    },
  ),
  json(
    'openai',
    'chat-json-error-with-200',
    { error: { message: 'quota', type: 'insufficient_quota', code: 'insufficient_quota' } },
    {
      complete: false,
      error: { message: 'quota', type: 'insufficient_quota', code: 'insufficient_quota' },
    },
  ),
]
