import Groq from 'groq-sdk'
import { CALL_TIMEOUT_MS } from '../connection/call-timeout.ts'
import { cacheClients } from '../connection/client-cache.ts'
import { providerFetch } from '../connection/provider-fetch.ts'
import { bodyOf, isJson } from '../connection/response-body.ts'
import { guardCall, guardStream } from '../failure/guard-call.ts'
import { readCompletion, readCompletionStream } from '../openai-chat/read-completion.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import type { StreamPart } from '../stream-part.ts'
import { buildGroqCompletion } from './build-groq-completion.ts'

const groqClient = cacheClients(
  (baseURL, apiKey) =>
    new Groq({
      baseURL,
      apiKey,
      maxRetries: 0,
      timeout: CALL_TIMEOUT_MS,
      fetch: providerFetch,
      logLevel: 'off',
    }),
)

/** Groq: OpenAI's format with additions that the shared reader knows. */
export const groqAdapter: ProviderAdapter = {
  stream: (call) => guardStream(call.signal, stream(call)),
  complete: (call) =>
    guardCall(call.signal, async () =>
      readCompletion(
        await groqClient(call.target).chat.completions.create(
          { ...buildGroqCompletion(call), stream: false },
          { signal: call.signal },
        ),
      ),
    ),
  checkCredential: ({ target, signal }) =>
    guardCall(signal, async () => {
      await groqClient(target).models.list({ signal })
    }),
}

async function* stream(call: ProviderCall): AsyncGenerator<StreamPart> {
  const response = await groqClient(call.target)
    .chat.completions.create(
      { ...buildGroqCompletion(call), stream: true },
      { signal: call.signal },
    )
    .asResponse()
  if (isJson(response)) yield* readCompletion(await response.json())
  else yield* readCompletionStream(bodyOf(response))
}
