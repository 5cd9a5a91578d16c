import Anthropic from '@anthropic-ai/sdk'
import { CALL_TIMEOUT_MS } from '../connection/call-timeout.ts'
import { cacheClients } from '../connection/client-cache.ts'
import { providerFetch } from '../connection/provider-fetch.ts'
import { bodyOf, isJson } from '../connection/response-body.ts'
import { guardCall, guardStream } from '../failure/guard-call.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import type { StreamPart } from '../stream-part.ts'
import { buildMessage } from './build-message.ts'
import { readMessage, readMessageStream } from './read-message.ts'

const anthropicClient = cacheClients(
  (baseURL, apiKey) =>
    new Anthropic({
      baseURL,
      apiKey,
      authToken: null,
      webhookKey: null,
      maxRetries: 0,
      timeout: CALL_TIMEOUT_MS,
      fetch: providerFetch,
      logLevel: 'off',
    }),
)

/** Anthropic's Messages API. */
export const anthropicAdapter: ProviderAdapter = {
  stream: (call) => guardStream(call.signal, stream(call)),
  complete: (call) =>
    guardCall(call.signal, async () =>
      readMessage(
        await anthropicClient(call.target).messages.create(
          { ...buildMessage(call), stream: false },
          { signal: call.signal },
        ),
      ),
    ),
  checkCredential: ({ target, signal }) =>
    guardCall(signal, async () => {
      await anthropicClient(target).models.list({ limit: 1 }, { signal })
    }),
}

async function* stream(call: ProviderCall): AsyncGenerator<StreamPart> {
  const response = await anthropicClient(call.target)
    .messages.create({ ...buildMessage(call), stream: true }, { signal: call.signal })
    .asResponse()
  if (isJson(response)) yield* readMessage(await response.json())
  else yield* readMessageStream(bodyOf(response))
}
