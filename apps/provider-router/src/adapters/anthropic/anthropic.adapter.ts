import Anthropic from '@anthropic-ai/sdk'
import { CALL_TIMEOUT_MS } from '../connection/call-timeout.ts'
import { cacheClients } from '../connection/client-cache.ts'
import { providerFetch, rawResponse } from '../connection/provider-fetch.ts'
import type { ProviderResponse } from '../connection/provider-response.ts'
import { defineAdapter } from '../define-adapter.ts'
import { guardCall } from '../failure/guard-call.ts'
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.ts'
import { buildMessage } from './build-message.ts'
import { MessageReader, readMessage } from './read-message.ts'

const anthropicClient = cacheClients(
  ({ baseUrl, apiKey, connectMs }) =>
    new Anthropic({
      baseURL: baseUrl,
      apiKey,
      authToken: null,
      webhookKey: null,
      maxRetries: 0,
      timeout: CALL_TIMEOUT_MS,
      fetch: providerFetch(connectMs),
      logLevel: 'off',
    }),
)

/** Anthropic's Messages API. */
export const anthropicAdapter: ProviderAdapter = {
  ...defineAdapter({ send, reader: () => new MessageReader(), readDocument: readMessage }),
  checkCredential: ({ target, signal }) =>
    guardCall(signal, async () => {
      await anthropicClient(target).models.list({ limit: 1 }, { signal })
    }),
}

async function send(call: ProviderCall, stream: boolean): Promise<ProviderResponse> {
  const { signal } = call
  const body = { ...buildMessage(call), stream }
  return rawResponse(
    await anthropicClient(call.target).messages.create(body, { signal }).asResponse(),
  )
}
