import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { expect, test } from 'vitest'
import type { ProviderApi } from './provider-adapter.ts'
import { unsupportedOption } from './unsupported-option.ts'

const APIS: ProviderApi[] = ['openai-chat', 'openai-responses', 'anthropic', 'gemini', 'groq']

function refusing(request: Partial<ChatCompletionRequest>): string[] {
  const messages = request.messages ?? [{ role: 'user', content: 'Hi' }]
  return APIS.filter(
    (api) => unsupportedOption(api, { model: 'auto', ...request, messages }) !== undefined,
  )
}

const sent = (part: object): Partial<ChatCompletionRequest> => ({
  messages: [{ role: 'user', content: [part] as never }],
})

test.each<[string, Partial<ChatCompletionRequest>, ProviderApi[]]>([
  ['several answers', { n: 2 }, ['openai-responses', 'anthropic', 'groq']],
  ['an end of its own', { stop: 'END' }, ['openai-responses']],
  ['how likely tokens were', { logprobs: true }, ['anthropic', 'gemini', 'groq']],
  [
    'a bias by token',
    { logit_bias: { 50256: -100 } },
    ['openai-responses', 'anthropic', 'gemini', 'groq'],
  ],
  [
    'a search of the web',
    { web_search_options: {} },
    ['openai-responses', 'anthropic', 'gemini', 'groq'],
  ],
  ['a spoken answer', { modalities: ['text', 'audio'] }, APIS],
  [
    'sound',
    sent({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }),
    ['openai-responses', 'anthropic', 'groq'],
  ],
  [
    'a file that OpenAI has',
    sent({ type: 'file', file: { file_id: 'file-1' } }),
    ['anthropic', 'gemini', 'groq'],
  ],
])('%s is refused where there is no way to ask for it', (_name, request, expected) => {
  expect(refusing(request)).toEqual(expected)
})

test('what clients spell out although it is the default is refused nowhere', () => {
  expect(
    refusing({
      n: 1,
      stop: [],
      logprobs: false,
      top_logprobs: 0,
      logit_bias: {},
      modalities: ['text'],
      web_search_options: null,
      seed: 7,
      presence_penalty: 0,
      user: 'ada',
      ...sent({ type: 'file', file: { file_id: 'file-1', file_data: 'data:…' } }),
    }),
  ).toEqual([])
})
