import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import type { ProviderApi } from './provider-adapter.ts'

/**
 * Options without which the answer would not be what was asked for. Others are hints that each provider takes or leaves
 * (`seed`, the penalties, `user`, `metadata`, `verbosity`, `service_tier`, `prediction`, …).
 */
const ASKED = {
  n: ({ n }) => (n ?? 1) > 1,
  stop: ({ stop }) => stop != null && stop.length > 0,
  logprobs: ({ logprobs }) => logprobs === true,
  logit_bias: ({ logit_bias: bias }) => bias != null && Object.keys(bias).length > 0,
  web_search_options: ({ web_search_options: options }) => options != null,
  /** Sound or images in the answer, which the router does not carry. */
  modalities: ({ modalities }) => modalities?.some((kind) => kind !== 'text') ?? false,
  input_audio: (request) => hasPart(request, ({ type }) => type === 'input_audio'),
  /** A file that was uploaded to OpenAI. */
  file_id: (request) => hasPart(request, ({ file }) => isUploaded(file)),
} satisfies Record<string, (request: ChatCompletionRequest) => boolean>

type Option = keyof typeof ASKED

const ONLY_OPENAI_CHAT: readonly Option[] = ['logit_bias', 'web_search_options']

const UNSUPPORTED: Readonly<Record<ProviderApi, readonly Option[]>> = {
  'openai-chat': ['modalities'],
  'openai-responses': [...ONLY_OPENAI_CHAT, 'modalities', 'n', 'stop', 'input_audio'],
  anthropic: [...ONLY_OPENAI_CHAT, 'modalities', 'n', 'logprobs', 'input_audio', 'file_id'],
  gemini: [...ONLY_OPENAI_CHAT, 'modalities', 'logprobs', 'file_id'],
  groq: [...ONLY_OPENAI_CHAT, 'modalities', 'n', 'logprobs', 'input_audio', 'file_id'],
}

/** The first option of a request that a provider's wire format has no way to ask for; undefined where it has all. */
export function unsupportedOption(
  api: ProviderApi,
  request: ChatCompletionRequest,
): string | undefined {
  return UNSUPPORTED[api].find((option) => ASKED[option](request))
}

interface Part {
  readonly type: string
  readonly file?: unknown
}

function hasPart({ messages }: ChatCompletionRequest, is: (part: Part) => boolean): boolean {
  return messages.some(({ content }) => Array.isArray(content) && content.some(is))
}

function isUploaded(file: unknown): boolean {
  const { file_id: id, file_data: data } = (file ?? {}) as { file_id?: string; file_data?: string }
  return id !== undefined && data === undefined
}
