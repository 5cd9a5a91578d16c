import { providerRequest } from '../connection/provider-fetch.ts'
import type { ClientTarget } from '../connection/client-cache.ts'
import type { ProviderResponse } from '../connection/provider-response.ts'
import { classifyFailure } from '../failure/classify-failure.ts'
import { geminiUrl } from './gemini-url.ts'

/** @throws {ProviderError} for what is not 2xx */
export async function send(
  target: ClientTarget,
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<ProviderResponse> {
  const response = await providerRequest(geminiUrl(target.baseUrl, path), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-goog-api-key': target.apiKey, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
    connectMs: target.connectMs,
  })
  if (response.ok) return response
  const text = await response.text()
  throw classifyFailure({ status: response.status, headers: response.headers, body: text })
}
