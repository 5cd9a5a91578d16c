import OpenAI from 'openai'
import { cacheClients } from '../connection/client-cache.ts'
import { providerFetch } from '../connection/provider-fetch.ts'
import { CALL_TIMEOUT_MS } from '../connection/call-timeout.ts'

/** The router alone retries, and the environment decides nothing here. */
export const openaiClient = cacheClients(
  ({ baseUrl, apiKey, connectMs }) =>
    new OpenAI({
      baseURL: baseUrl,
      apiKey,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: CALL_TIMEOUT_MS,
      fetch: providerFetch(connectMs),
      logLevel: 'off',
    }),
)
