import { dataLines, json, stream, type WrittenExchange } from './written-exchange.ts'

const about = { id: 'resp-1', model: 'gemini-x' }
const head = { responseId: 'resp-1', modelVersion: 'gemini-x' }

const chunk = (parts: object[], more: object = {}, index = 0): object => ({
  ...head,
  candidates: [{ index, content: { role: 'model', parts }, ...more }],
})
const usage = (promptTokenCount: number, candidatesTokenCount: number, more: object = {}) => ({
  usageMetadata: { promptTokenCount, candidatesTokenCount, ...more },
})

export const geminiExchanges: readonly WrittenExchange[] = [
  stream(
    'gemini',
    'gemini-stream-stop-in-every-chunk',
    dataLines(
      { ...chunk([{ text: 'One, ' }], { finishReason: 'STOP' }), ...usage(3, 1) },
      {
        ...chunk([{ text: 'two.' }], { finishReason: 'STOP' }),
        ...usage(3, 4, { totalTokenCount: 7 }),
      },
    ).replaceAll('\n', '\r\n'),
    { ...about, text: 'One, two.', finish: 'STOP', usage: { input: 3, output: 4, total: 7 } },
  ),
  stream(
    'gemini',
    'gemini-stream-two-candidates',
    dataLines(
      {
        ...head,
        candidates: [
          { content: { parts: [{ text: 'a' }] } },
          { index: 1, content: { parts: [{ text: 'b' }] } },
        ],
      },
      chunk([{ text: 'B' }], { finishReason: 'MAX_TOKENS' }, 1),
      chunk([{ text: 'A' }], { finishReason: 'STOP' }),
    ),
    {
      ...about,
      text: 'aA',
      finish: 'STOP',
      choices: [
        { text: 'aA', finish: 'STOP' },
        { text: 'bB', finish: 'MAX_TOKENS' },
      ],
    },
  ),
  stream(
    'gemini',
    'gemini-stream-thoughts-tools-and-unknown-parts',
    dataLines(
      chunk([{ text: 'Hm', thought: true }, { partOfTheFuture: {} }]),
      chunk([{ text: 'm.', thought: true, thoughtSignature: 'c2ln' }, { text: '' }]),
      chunk([
        {
          functionCall: { name: 'look', args: { at: ['sky', 1.5, null] } },
          thoughtSignature: 'c2ln',
        },
        { functionCall: { id: 'fc-2', name: 'wait' } },
      ]),
      {
        ...chunk([{ text: '' }], { finishReason: 'STOP' }),
        ...usage(9, 5, {
          thoughtsTokenCount: 30,
          cachedContentTokenCount: 4,
          toolUsePromptTokenCount: 2,
          totalTokenCount: 46,
        }),
      },
    ),
    {
      ...about,
      reasoning: 'Hmm.',
      finish: 'STOP',
      usage: { input: 9, output: 5, reasoning: 30, cached: 4, tool_prompt: 2, total: 46 },
      tool_calls: [
        { id: null, name: 'look', arguments: '{"at":["sky",1.5,null]}' },
        { id: 'fc-2', name: 'wait', arguments: '{}' },
      ],
    },
  ),
  stream(
    'gemini',
    'gemini-stream-partial-arguments-nested',
    dataLines(
      chunk([{ functionCall: { name: 'book', willContinue: true } }]),
      chunk([
        {
          functionCall: {
            partialArgs: [
              { jsonPath: '$.trip.stops[0].city', stringValue: 'Par', willContinue: true },
            ],
            willContinue: true,
          },
        },
      ]),
      chunk([
        {
          functionCall: {
            partialArgs: [
              { jsonPath: '$.trip.stops[0].city', stringValue: 'is' },
              { jsonPath: '$.trip.stops[1].nights', numberValue: 2 },
            ],
            willContinue: true,
          },
        },
      ]),
      chunk([
        {
          functionCall: {
            partialArgs: [
              { jsonPath: "$['two words']", boolValue: false },
              { jsonPath: '$.none', nullValue: 'NULL_VALUE' },
            ],
            willContinue: true,
          },
        },
      ]),
      chunk([{ functionCall: {} }], { finishReason: 'STOP' }),
    ),
    {
      ...about,
      finish: 'STOP',
      tool_calls: [
        {
          id: null,
          name: 'book',
          arguments:
            '{"trip":{"stops":[{"city":"Paris"},{"nights":2}]},"two words":false,"none":null}',
        },
      ],
    },
  ),
  stream(
    'gemini',
    'gemini-stream-malformed-function-call',
    dataLines({ ...head, candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL', index: 0 }] }),
    { ...about, finish: 'MALFORMED_FUNCTION_CALL' },
  ),
  stream(
    'gemini',
    'gemini-stream-error-after-text',
    dataLines(chunk([{ text: 'Half' }]), {
      error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' },
    }),
    {
      ...about,
      text: 'Half',
      complete: false,
      error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' },
    },
  ),
  json(
    'gemini',
    'gemini-json-prompt-blocked',
    {
      ...head,
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 8, totalTokenCount: 8 },
    },
    { ...about, finish: 'blocked:PROHIBITED_CONTENT', usage: { input: 8, total: 8 } },
  ),
  json(
    'gemini',
    'gemini-json-prompt-blocked-beside-an-empty-candidate',
    { ...head, promptFeedback: { blockReason: 'SAFETY' }, candidates: [{ content: {} }] },
    { ...about, finish: 'blocked:SAFETY' },
  ),
  json('gemini', 'gemini-json-without-anything', { ...head }, { complete: false }),
]
