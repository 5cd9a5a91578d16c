import type { AnswerBlock, ChatCompletionRequest } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import { buildMessage } from './anthropic/build-message.ts'
import { buildContent } from './gemini/build-content.ts'
import { buildGroqCompletion } from './groq/build-groq-completion.ts'
import { buildCompletion } from './openai-chat/build-completion.ts'
import { buildResponse } from './openai-responses/build-response.ts'
import type { ProviderApi, ProviderCall } from './provider-adapter.ts'

const conversation: ChatCompletionRequest = {
  model: 'auto',
  max_tokens: 2_000,
  temperature: 1.5,
  stop: ['END', ' '],
  brainlyx: { continue: false },
  tools: [
    {
      type: 'function',
      function: {
        name: 'look',
        description: 'Looks.',
        parameters: { type: 'object', properties: { at: { type: 'string' } } },
      },
    },
  ],
  tool_choice: 'required',
  parallel_tool_calls: false,
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        { type: 'image_url', image_url: { url: 'https://example.org/cat.jpg' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"left"}' } },
        { id: 'call_2', type: 'function', function: { name: 'look', arguments: '' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'a dog' }] },
  ],
}

function callOf(
  api: ProviderApi,
  model: string,
  request: Partial<ChatCompletionRequest> = {},
): ProviderCall {
  return {
    target: {
      api,
      baseUrl: 'http://127.0.0.1:1',
      apiKey: 'key',
      connectMs: 2_000,
      model,
      outputTokenLimit: 64_000,
    },
    request: { ...conversation, ...request },
    prefill: false,
    signal: new AbortController().signal,
  }
}

test('OpenAI gets the caller’s request, under the provider’s model and the limit’s newer name', () => {
  const { model: _model, max_tokens: _limit, brainlyx: _ours, ...rest } = conversation
  expect(buildCompletion(callOf('openai-chat', 'gpt-5-mini'))).toEqual({
    ...rest,
    model: 'gpt-5-mini',
    max_completion_tokens: 2_000,
  })
  expect(buildCompletion(callOf('openai-chat', 'llama3.2'))).toMatchObject({ max_tokens: 2_000 })
})

test('Anthropic gets system, alternating roles, results of parallel calls in one message', () => {
  expect(buildMessage(callOf('anthropic', 'claude-haiku-4-5'))).toEqual({
    model: 'claude-haiku-4-5',
    max_tokens: 2_000,
    temperature: 1,
    stop_sequences: ['END'],
    system: [{ type: 'text', text: 'Be brief.' }],
    tools: [
      {
        name: 'look',
        description: 'Looks.',
        input_schema: { type: 'object', properties: { at: { type: 'string' } } },
      },
    ],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          { type: 'image', source: { type: 'url', url: 'https://example.org/cat.jpg' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'call_1', name: 'look', input: { at: 'left' } },
          { type: 'tool_use', id: 'call_2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'a cat' },
          { type: 'tool_result', tool_use_id: 'call_2', content: 'a dog' },
        ],
      },
    ],
  })
})

const QUESTION: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'What is it?' }]

test('Anthropic thinks within its limit, and never with a forced tool or a prefill', () => {
  const thinking = {
    reasoning_effort: 'medium',
    tool_choice: 'auto',
    messages: QUESTION,
  } as const
  expect(buildMessage(callOf('anthropic', 'claude', thinking))).toMatchObject({
    max_tokens: 6_096,
    thinking: { type: 'enabled', budget_tokens: 4_096 },
  })
  expect(buildMessage(callOf('anthropic', 'claude', thinking))).not.toHaveProperty('temperature')
  const forced = buildMessage(
    callOf('anthropic', 'claude', { ...thinking, tool_choice: 'required' }),
  )
  expect(forced).not.toHaveProperty('thinking')
  const prefill = buildMessage({ ...callOf('anthropic', 'claude', thinking), prefill: true })
  expect(prefill).not.toHaveProperty('thinking')
})

test.each([
  ['claude-haiku-4-5', 32_000, 'high', { type: 'enabled', budget_tokens: 16_384 }],
  ['claude-haiku-4-5', 1_500, 'low', { type: 'enabled', budget_tokens: 1_024 }],
  ['claude-haiku-4-5', 1_024, 'low', undefined],
  ['claude-sonnet-5', 4_000, 'high', { type: 'adaptive', display: 'summarized' }],
] as const)('%s thinks within %i where that is for both', (model, limit, effort, thinking) => {
  const body = buildMessage(
    callOf('anthropic', model, {
      max_tokens: undefined,
      max_completion_tokens: limit,
      reasoning_effort: effort,
      tool_choice: 'auto',
      messages: QUESTION,
      brainlyx: { thinksAsAtAnthropic: true },
    }),
  )
  expect(body.max_tokens).toBe(limit)
  expect(body.thinking).toEqual(thinking)
})

test('Claude before 4.6 answers a tool’s result unthinking, since its signed thoughts are gone', () => {
  const asked = { reasoning_effort: 'medium', tool_choice: 'auto' } as const
  const answering = buildMessage(callOf('anthropic', 'claude-haiku-4-5', asked))
  expect(answering).toMatchObject({ max_tokens: 2_000 })
  expect(answering).not.toHaveProperty('thinking')
  const later = buildMessage(
    callOf('anthropic', 'claude-haiku-4-5', {
      ...asked,
      messages: [...conversation.messages, { role: 'assistant', content: 'Pets.' }, ...QUESTION],
    }),
  )
  expect(later).toMatchObject({ thinking: { type: 'enabled' } })
  expect(buildMessage(callOf('anthropic', 'claude-sonnet-5', asked))).toMatchObject({
    thinking: { type: 'adaptive' },
  })
})

test('Claude before 4.6 goes on thinking from its own signed thoughts, and from nobody else’s', () => {
  const asked = { reasoning_effort: 'medium', tool_choice: 'auto' } as const
  const after = (...blocks: AnswerBlock[]) =>
    buildMessage(
      callOf('anthropic', 'claude-haiku-4-5', {
        ...asked,
        messages: conversation.messages.map((message) =>
          message.role === 'assistant' ? { ...message, answer_blocks: blocks } : message,
        ),
      }),
    )
  const signed = { type: 'thinking' as const, thinking: 'Hm.', signature: 'c2ln' }
  const sealed = { type: 'redacted_thinking' as const, data: 'c2VhbGVk' }
  const words = { type: 'text' as const, text: 'I look. ' }
  const call = { type: 'tool_use' as const, id: 'call.1', name: 'look', input: { at: 'left' } }
  // In the order in which they came, without what is ours or empty.
  const thinking = after(
    signed,
    words,
    { ...sealed, ours: 1 },
    { ...words, text: ' ' },
    signed,
    call,
  )
  expect(thinking).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 4_096 } })
  const taken = { ...call, id: 'call_1' }
  expect(thinking.messages[1]!.content).toEqual([signed, words, sealed, signed, taken])
  const foreign = after({ ...signed, signature: '' }, words, call)
  expect(foreign).not.toHaveProperty('thinking')
  expect(foreign.messages[1]!.content).toMatchObject([{ type: 'tool_use' }, { type: 'tool_use' }])
  const unasked = buildMessage(
    callOf('anthropic', 'claude-haiku-4-5', {
      messages: [
        ...QUESTION,
        { role: 'assistant', content: 'A cat.', answer_blocks: [signed, words] },
        ...QUESTION,
      ],
    }),
  )
  expect(unasked.messages[1]!.content).toEqual([{ type: 'text', text: 'A cat.' }])
})

test('Claude from 4.6 on is given an effort in place of a budget, from 4.7 on no temperature', () => {
  const asked = { reasoning_effort: 'xhigh', tool_choice: 'auto', messages: QUESTION } as const
  const effortOf = (model: string) => buildMessage(callOf('anthropic', model, asked))
  for (const model of ['claude-opus-4-8', 'claude-sonnet-5', 'claude-sonnet-5-20260630']) {
    expect(effortOf(model)).toMatchObject({
      max_tokens: 34_768,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'xhigh' },
    })
    expect(buildMessage(callOf('anthropic', model))).not.toHaveProperty('temperature')
  }
  expect(effortOf('claude-sonnet-4-6')).toMatchObject({ output_config: { effort: 'high' } })
  expect(buildMessage(callOf('anthropic', 'claude-sonnet-4-6'))).toMatchObject({ temperature: 1 })
  for (const model of ['claude-sonnet-4-20250514', 'claude-sonnet-4-5-20250929']) {
    expect(effortOf(model)).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 32_768 } })
    expect(effortOf(model)).not.toHaveProperty('output_config')
  }
})

test('an effort stands beside a schema for the answer', () => {
  const body = buildMessage(
    callOf('anthropic', 'claude-opus-4-8', {
      reasoning_effort: 'low',
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'city',
          schema: {
            type: 'object',
            properties: { people: { type: 'integer', minimum: 1 } },
            required: ['people'],
          },
        },
      },
    }),
  )
  // Of what Anthropic refuses the words stay.
  expect(body.output_config).toEqual({
    effort: 'low',
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { people: { type: 'integer', description: '{minimum: 1}' } },
        required: ['people'],
        additionalProperties: false,
      },
    },
  })
})

test('a schema without a type is left to Anthropic', () => {
  const response_format = {
    type: 'json_schema' as const,
    json_schema: { name: 'any', schema: { properties: { a: {} } } },
  }
  const body = buildMessage(callOf('anthropic', 'claude-opus-4-8', { response_format }))
  expect(body.output_config?.format).toEqual({
    type: 'json_schema',
    schema: { properties: { a: {} } },
  })
})

test('Anthropic, which has no mode for JSON alone, is told in words', () => {
  const response_format = { type: 'json_object' as const }
  const body = buildMessage(callOf('anthropic', 'claude-haiku-4-5', { response_format }))
  expect(body).not.toHaveProperty('output_config')
  expect(body.system).toEqual([
    { type: 'text', text: 'Be brief.' },
    { type: 'text', text: expect.stringMatching(/one JSON object and nothing else/) as string },
  ])
})

test('a file reaches Anthropic however it was sent', () => {
  const source = (file_data: string) =>
    buildMessage(
      callOf('anthropic', 'claude-haiku-4-5', {
        messages: [{ role: 'user', content: [{ type: 'file', file: { file_data } }] }],
      }),
    ).messages[0]?.content
  const pdf = { type: 'base64', media_type: 'application/pdf', data: 'AAAA' }
  expect(source('data:application/pdf;base64,AAAA')).toEqual([{ type: 'document', source: pdf }])
  expect(source('AAAA')).toEqual([{ type: 'document', source: pdf }])
  expect(source('https://example.org/a.pdf')).toEqual([
    { type: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } },
  ])
})

const DECLINED: ChatCompletionRequest['messages'] = [
  ...QUESTION,
  { role: 'assistant', content: null, refusal: 'I cannot say.' },
  ...QUESTION,
  { role: 'assistant', content: [{ type: 'refusal', refusal: 'Nor now.' }] },
  ...QUESTION,
]

test('that an assistant declined is told to those to whom it is text', () => {
  const asked = { messages: DECLINED }
  expect(buildMessage(callOf('anthropic', 'claude', asked)).messages).toMatchObject([
    { role: 'user' },
    { role: 'assistant', content: [{ type: 'text', text: 'I cannot say.' }] },
    { role: 'user' },
    { role: 'assistant', content: [{ type: 'text', text: 'Nor now.' }] },
    { role: 'user' },
  ])
  expect(buildContent(callOf('gemini', 'gemini-3-flash', asked))).toMatchObject({
    contents: [
      {},
      { role: 'model', parts: [{ text: 'I cannot say.' }] },
      {},
      { role: 'model', parts: [{ text: 'Nor now.' }] },
      {},
    ],
  })
  expect(buildResponse(callOf('openai-responses', 'gpt-5', asked)).input).toMatchObject([
    {},
    { role: 'assistant', content: 'I cannot say.' },
    {},
    { role: 'assistant', content: 'Nor now.' },
    {},
  ])
})

const LOOK_AND_LISTEN: Partial<ChatCompletionRequest> = {
  tools: [
    { type: 'function', function: { name: 'look' } },
    { type: 'function', function: { name: 'listen', description: null, parameters: null } },
  ],
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: {
      mode: 'required',
      tools: [{ type: 'function', function: { name: 'listen' } }],
    },
  },
}

test('allowed tools are passed on where they are known, and elsewhere no other is offered', () => {
  expect(buildCompletion(callOf('openai-chat', 'gpt-5', LOOK_AND_LISTEN))).toMatchObject(
    LOOK_AND_LISTEN,
  )
  expect(buildResponse(callOf('openai-responses', 'gpt-5', LOOK_AND_LISTEN))).toMatchObject({
    tools: [{ name: 'look' }, { name: 'listen' }],
    tool_choice: {
      type: 'allowed_tools',
      mode: 'required',
      tools: [{ type: 'function', name: 'listen' }],
    },
  })
  expect(buildMessage(callOf('anthropic', 'claude', LOOK_AND_LISTEN))).toMatchObject({
    tools: [{ name: 'listen' }],
    tool_choice: { type: 'any' },
  })
  expect(buildContent(callOf('gemini', 'gemini-3-flash', LOOK_AND_LISTEN))).toMatchObject({
    tools: [{ functionDeclarations: [{ name: 'listen' }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
  })
  expect(buildGroqCompletion(callOf('groq', 'llama', LOOK_AND_LISTEN))).toMatchObject({
    tools: [{ function: { name: 'listen' } }],
    tool_choice: 'required',
  })
})

test('Gemini hears what is sent as sound', () => {
  const content = [{ type: 'input_audio' as const, input_audio: { data: 'AAAA', format: 'wav' } }]
  const messages = [{ role: 'user' as const, content }]
  expect(buildContent(callOf('gemini', 'gemini-3-flash', { messages }))).toMatchObject({
    contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }] }],
  })
})

const HANDED_BACK: ChatCompletionRequest['messages'] = [
  { role: 'user', content: 'Look.', name: 'Ada' },
  {
    role: 'assistant',
    content: null,
    refusal: null,
    annotations: [],
    reasoning_content: 'I have to look.',
    answer_blocks: [{ type: 'thinking', thinking: 'I have to look.', signature: 'c2ln' }],
    tool_calls: [
      {
        id: 'call_1',
        type: 'function',
        function: { name: 'look', arguments: '{}' },
        extra_content: { google: { thought_signature: 'sig' } },
      },
    ],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'a cat', name: 'look' },
]

test('a whole answer that is handed back reaches Groq without the keys that it refuses', () => {
  const { messages } = buildGroqCompletion(callOf('groq', 'llama', { messages: HANDED_BACK }))
  expect(messages).toEqual([
    { role: 'user', content: 'Look.', name: 'Ada' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', content: 'a cat', tool_call_id: 'call_1' },
  ])
})

test('what another provider said in an answer is kept from OpenAI, and from nobody else', () => {
  const at = (baseUrl: string) => {
    const call = callOf('openai-chat', 'gpt-5', { messages: HANDED_BACK })
    return buildCompletion({ ...call, target: { ...call.target, baseUrl } }).messages
  }
  const { answer_blocks: _blocks, ...handedBack } = HANDED_BACK[1] as Record<string, unknown>
  expect(at('https://api.deepseek.com/v1')).toEqual([HANDED_BACK[0], handedBack, HANDED_BACK[2]])
  for (const url of ['https://api.openai.com/v1', 'https://eu.api.openai.com/v1']) {
    const [question, answer, result] = at(url)
    expect([question, result]).toEqual([HANDED_BACK[0], HANDED_BACK[2]])
    expect(answer).toEqual({
      role: 'assistant',
      content: null,
      refusal: null,
      annotations: [],
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    })
  }
})

test('a limit above what the model can give is lowered to that', () => {
  const body = buildMessage(callOf('anthropic', 'claude-haiku-4-5', { max_tokens: 100_000 }))
  expect(body.max_tokens).toBe(64_000)
})

test('Anthropic’s prompt cache marks are passed through, and kept from who refuses them', () => {
  const mark = { cache_control: { type: 'ephemeral' } }
  const hour = { cache_control: { type: 'ephemeral', ttl: '1h' } }
  const marked = {
    messages: [
      { role: 'system', content: [{ type: 'text', text: 'Long.', ...hour }] },
      { role: 'user', content: [{ type: 'text', text: 'Hi', ...mark }] },
      conversation.messages[2]!,
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'a cat', ...mark }] },
    ],
    tools: conversation.tools!.map((tool) => ({ ...tool, ...mark })),
    ...hour,
  } satisfies Partial<ChatCompletionRequest>
  const body = buildMessage(callOf('anthropic', 'claude', marked))
  expect(body.system).toEqual([{ type: 'text', text: 'Long.', ...hour }])
  expect(body.cache_control).toEqual(hour.cache_control)
  expect(body.tools).toMatchObject([{ name: 'look', ...mark }])
  expect(body.messages[0]!.content).toEqual([{ type: 'text', text: 'Hi', ...mark }])
  expect(body.messages[2]!.content).toEqual([
    { type: 'tool_result', tool_use_id: 'call_1', content: 'a cat', ...mark },
  ])
  const call = callOf('openai-chat', 'gpt-4.1', marked)
  const at = (baseUrl: string) =>
    JSON.stringify(buildCompletion({ ...call, target: { ...call.target, baseUrl } }))
  expect(at('https://api.openai.com/v1')).not.toContain('cache_control')
  expect(at('https://api.mistral.ai/v1')).not.toContain('cache_control')
  expect(at('https://openrouter.ai/api/v1')).toContain('cache_control')
  const groq = buildGroqCompletion(callOf('groq', 'openai/gpt-oss-120b', marked))
  expect(JSON.stringify(groq)).not.toContain('cache_control')
})

test('that a tool failed is told where there is a word for it', () => {
  const failed = { role: 'tool' as const, tool_call_id: 'call_1', content: 'no', is_error: true }
  const messages = [...conversation.messages.slice(0, 3), failed]
  const claude = buildMessage(callOf('anthropic', 'claude', { messages }))
  expect(claude.messages.at(-1)?.content).toEqual([
    { type: 'tool_result', tool_use_id: 'call_1', content: 'no', is_error: true },
  ])
  expect(buildContent(callOf('gemini', 'gemini-3-flash', { messages }))).toMatchObject({
    contents: [
      {},
      {},
      { parts: [{ functionResponse: { name: 'look', response: { error: 'no' } } }] },
    ],
  })
  const { is_error: _failed, ...said } = failed
  const others = [
    buildCompletion(callOf('openai-chat', 'gpt-4.1', { messages })),
    buildGroqCompletion(callOf('groq', 'openai/gpt-oss-120b', { messages })),
  ]
  for (const { messages: sent } of others) expect(sent.at(-1)).toEqual(said)
})

test('of how many tokens the next is chosen is asked of who knows the question', () => {
  const asked = { top_k: 5, temperature: 0.5 }
  expect(buildMessage(callOf('anthropic', 'claude-haiku-4-5', asked))).toMatchObject(asked)
  expect(buildMessage(callOf('anthropic', 'claude-opus-4-8', asked))).not.toHaveProperty('top_k')
  const thinking = { ...asked, reasoning_effort: 'high' as const, tool_choice: 'auto' as const }
  const answering = { ...thinking, messages: conversation.messages.slice(0, 2) }
  expect(buildMessage(callOf('anthropic', 'claude-haiku-4-5', answering))).not.toHaveProperty(
    'top_k',
  )
  expect(buildContent(callOf('gemini', 'gemini-3-flash', asked))).toMatchObject({
    generationConfig: { topK: 5 },
  })
  const call = callOf('openai-chat', 'qwen3', asked)
  const openAi = { ...call, target: { ...call.target, baseUrl: 'https://api.openai.com/v1' } }
  expect(buildCompletion(call)).toMatchObject(asked)
  expect(buildCompletion(openAi)).not.toHaveProperty('top_k')
  const groq = buildGroqCompletion(callOf('groq', 'openai/gpt-oss-120b', asked))
  expect(groq).not.toHaveProperty('top_k')
})

test('how a tool is offered, and a reference to it, are for Claude as far as it knows them', () => {
  const own = { strict: true, defer_loading: true }
  const [look] = conversation.tools!
  const reference = { type: 'tool_reference' as const, tool_name: 'look', text: 'Look!' }
  const request = {
    tools: [{ ...look!, anthropic: own }],
    messages: [
      ...conversation.messages.slice(0, 3),
      { role: 'tool' as const, tool_call_id: 'call_1', content: [reference] },
    ],
  }
  const contentFor = (model: string) =>
    buildMessage(callOf('anthropic', model, request)).messages.at(-1)?.content
  const toolsFor = (model: string) => buildMessage(callOf('anthropic', model, request)).tools
  const result = { type: 'tool_result', tool_use_id: 'call_1' }
  const { text: _words, ...known } = reference
  expect(toolsFor('claude-sonnet-4-5')).toMatchObject([own])
  expect(contentFor('claude-sonnet-4-5')).toEqual([{ ...result, content: [known] }])
  // A tool that is deferred and never referred to could not be called.
  expect(toolsFor('claude-haiku-4-5')).toMatchObject([{ strict: true }])
  for (const model of ['claude-haiku-4-5', 'claude-opus-4']) {
    expect(toolsFor(model)![0]).not.toHaveProperty('defer_loading')
    expect(contentFor(model)).toEqual([{ ...result, content: 'Look!' }])
  }
  const others = [
    buildCompletion(callOf('openai-chat', 'gpt-4.1', request)),
    buildGroqCompletion(callOf('groq', 'openai/gpt-oss-120b', request)),
  ]
  for (const { tools, messages } of others) {
    expect(tools).toEqual([look])
    expect(messages.at(-1)).toMatchObject({ content: [{ type: 'text', text: 'Look!' }] })
  }
})

test('a later prompt is taken by Claude after what a person says, and before an answer', () => {
  const said = (content: string) => ({ role: 'user' as const, content })
  const prompt = (content: string) => ({ role: 'system' as const, content })
  const answer = { role: 'assistant' as const, content: 'Hi' }
  const built = (model: string, ...messages: ChatCompletionRequest['messages']) =>
    buildMessage(callOf('anthropic', model, { messages, tools: null }))
  const rolesOf = ({ messages }: { messages: { role: string }[] }) =>
    messages.map(({ role }) => role).join(' ')
  const between = [prompt('A'), said('1'), prompt('B'), said('2'), answer, prompt('C')] as const
  const newer = built('claude-opus-4-8', ...between)
  expect(newer.system).toEqual([{ type: 'text', text: 'A' }])
  expect(rolesOf(newer)).toBe('user system assistant user')
  expect(newer.messages[1]).toMatchObject({ content: [{ text: 'B' }] })
  const older = built('claude-sonnet-4-6', ...between)
  expect(rolesOf(older)).toBe('user assistant user')
  expect(older.messages[0]?.content).toMatchObject([
    { text: '1' },
    { text: '2' },
    { text: '<system>\nB\n</system>' },
  ])
})

test('Gemini gets contents with names for tool results, and JSON schemas as they are', () => {
  expect(buildContent(callOf('gemini', 'gemini-3-flash'))).toEqual({
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    generationConfig: {
      maxOutputTokens: 2_000,
      temperature: 1.5,
      stopSequences: ['END', ' '],
      thinkingConfig: { includeThoughts: true },
    },
    tools: [
      {
        functionDeclarations: [
          {
            name: 'look',
            description: 'Looks.',
            parametersJsonSchema: { type: 'object', properties: { at: { type: 'string' } } },
          },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    contents: [
      {
        role: 'user',
        parts: [
          { text: 'What is this?' },
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
          { fileData: { fileUri: 'https://example.org/cat.jpg' } },
        ],
      },
      {
        role: 'model',
        parts: [
          {
            functionCall: { name: 'look', args: { at: 'left' } },
            thoughtSignature: 'skip_thought_signature_validator',
          },
          { functionCall: { name: 'look', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'look', response: { output: 'a cat' } } },
          { functionResponse: { name: 'look', response: { output: 'a dog' } } },
        ],
      },
    ],
  })
})

test('Gemini 2.5 takes a budget for its thoughts, 3 a level', () => {
  const config = (model: string, effort: 'xhigh' | 'high' | 'none') =>
    buildContent(callOf('gemini', model, { reasoning_effort: effort }))
  expect(config('gemini-2.5-pro', 'none')).toMatchObject({
    generationConfig: { thinkingConfig: { includeThoughts: true, thinkingBudget: 128 } },
  })
  expect(config('gemini-2.5-flash', 'xhigh')).toMatchObject({
    generationConfig: { thinkingConfig: { thinkingBudget: 24_576 } },
  })
  expect(config('gemini-2.5-flash', 'none')).toMatchObject({
    generationConfig: { thinkingConfig: { includeThoughts: false, thinkingBudget: 0 } },
  })
  expect(config('gemini-3-pro', 'high')).toMatchObject({
    generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'high' } },
  })
})

test('Groq is not sent what it refuses', () => {
  const body = buildGroqCompletion(
    callOf('groq', 'openai/gpt-oss-20b', { logprobs: true, n: 2, reasoning_effort: 'minimal' }),
  )
  expect(body).toMatchObject({ model: 'openai/gpt-oss-20b', reasoning_effort: 'low' })
  for (const key of ['logprobs', 'n', 'brainlyx']) expect(body).not.toHaveProperty(key)
  const llama = buildGroqCompletion(callOf('groq', 'llama-3.3-70b', { reasoning_effort: 'high' }))
  expect(llama).not.toHaveProperty('reasoning_effort')
})

test('the Responses API gets items, and keeps nothing', () => {
  expect(buildResponse(callOf('openai-responses', 'gpt-5'))).toMatchObject({
    model: 'gpt-5',
    store: false,
    max_output_tokens: 2_000,
    parallel_tool_calls: false,
    tool_choice: 'required',
    input: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'What is this?' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'auto' },
          { type: 'input_image', image_url: 'https://example.org/cat.jpg', detail: 'auto' },
        ],
      },
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":"left"}' },
      { type: 'function_call', call_id: 'call_2', name: 'look', arguments: '' },
      { type: 'function_call_output', call_id: 'call_1', output: 'a cat' },
      { type: 'function_call_output', call_id: 'call_2', output: 'a dog' },
    ],
  })
})

test('the Responses API gets what it has the same options for, and is asked how likely tokens were', () => {
  const body = buildResponse(
    callOf('openai-responses', 'gpt-4.1', {
      logprobs: true,
      top_logprobs: 2,
      verbosity: 'low',
      service_tier: 'flex',
      prompt_cache_key: 'key',
      safety_identifier: 'user',
      response_format: { type: 'json_object' },
    }),
  )
  expect(body).toMatchObject({
    include: ['message.output_text.logprobs'],
    top_logprobs: 2,
    text: { verbosity: 'low', format: { type: 'json_object' } },
    service_tier: 'flex',
    prompt_cache_key: 'key',
    safety_identifier: 'user',
  })
  expect(buildResponse(callOf('openai-responses', 'gpt-4.1'))).not.toHaveProperty('include')
})

test('Groq is given its own classes of service, and not OpenAI’s', () => {
  const tier = (service_tier: string) =>
    buildGroqCompletion(callOf('groq', 'llama', { service_tier })).service_tier
  expect(tier('flex')).toBe('flex')
  expect(tier('priority')).toBeUndefined()
})
