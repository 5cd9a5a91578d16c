import type { ProviderResponse } from '../connection/provider-response.ts'
import { defineAdapter } from '../define-adapter.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import { buildCompletion } from './build-completion.ts'
import { checkOpenAiCredential, embedByOpenAi } from './openai-extras.ts'
import { CompletionReader, readCompletion } from './read-completion.ts'
import { sendCompletion } from './send-completion.ts'

/** OpenAI's Chat Completions, and every server that speaks like it. */
export const openaiChatAdapter: ProviderAdapter = {
  ...defineAdapter({ send, reader: () => new CompletionReader(), readDocument: readCompletion }),
  embed: embedByOpenAi,
  embedsTokens: true,
  checkCredential: checkOpenAiCredential,
}

function send(call: ProviderCall, streams: boolean): Promise<ProviderResponse> {
  const mode = streams
    ? { stream: true, stream_options: { ...call.request.stream_options, include_usage: true } }
    : { stream: false }
  return sendCompletion(call, { ...buildCompletion(call), ...mode })
}
