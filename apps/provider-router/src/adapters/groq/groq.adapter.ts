import Groq from 'groq-sdk'
import { CALL_TIMEOUT_MS } from '../connection/call-timeout.ts'
import { cacheClients } from '../connection/client-cache.ts'
import { providerFetch, rawResponse } from '../connection/provider-fetch.ts'
import type { ProviderResponse } from '../connection/provider-response.ts'
import { defineAdapter } from '../define-adapter.ts'
import { guardCall } from '../failure/guard-call.ts'
import { CompletionReader, readCompletion } from '../openai-chat/read-completion.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import { buildGroqCompletion } from './build-groq-completion.ts'
import { withoutRefusedFormat } from './format-refused.ts'

const groqClient = cacheClients(
  ({ baseUrl, apiKey, connectMs }) =>
    new Groq({
      baseURL: baseUrl,
      apiKey,
      maxRetries: 0,
      timeout: CALL_TIMEOUT_MS,
      fetch: providerFetch(connectMs),
      logLevel: 'off',
    }),
)

/** Groq: OpenAI's format with additions that the shared reader knows. */
export const groqAdapter: ProviderAdapter = {
  ...defineAdapter({
    send,
    reader: () => new CompletionReader(),
    readDocument: readCompletion,
    dailyRequests: true,
  }),
  checkCredential: ({ target, signal }) =>
    guardCall(signal, async () => {
      await groqClient(target).models.list({ signal })
    }),
}

async function send(call: ProviderCall, stream: boolean): Promise<ProviderResponse> {
  try {
    return await ask(call, stream)
  } catch (error) {
    const again = withoutRefusedFormat(call, error)
    if (again === undefined) throw error
    return ask(again, stream)
  }
}

async function ask(call: ProviderCall, stream: boolean): Promise<ProviderResponse> {
  const { signal } = call
  const body = { ...buildGroqCompletion(call), stream }
  return rawResponse(
    await groqClient(call.target).chat.completions.create(body, { signal }).asResponse(),
  )
}
