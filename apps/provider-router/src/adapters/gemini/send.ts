import { providerFetch } from '../connection/provider-fetch.ts'
import { classifyFailure } from '../failure/classify-failure.ts'
import type { ProviderTarget } from '../provider-adapter.ts'
import { geminiUrl } from './gemini-url.ts'

/** @throws {ProviderError} for what is not 2xx */
export async function send(
  target: Pick<ProviderTarget, 'baseUrl' | 'apiKey'>,
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const response = await providerFetch(geminiUrl(target.baseUrl, path), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-goog-api-key': target.apiKey, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  })
  if (response.ok) return response
  const text = await response.text()
  throw classifyFailure({ status: response.status, headers: response.headers, body: text })
}
