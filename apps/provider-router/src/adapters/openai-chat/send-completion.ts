import { providerRequest } from '../connection/provider-fetch.ts'
import type { ProviderResponse } from '../connection/provider-response.ts'
import { classifyFailure } from '../failure/classify-failure.ts'
import type { ProviderCall } from '../provider-adapter.ts'

/**
 * The one call that goes past its SDK: what comes in here is OpenAI-shaped already, so there is nothing to build, and
 * the SDK's share of a call's cost was three quarters (docs/decisions/0008).
 * @throws {ProviderError} for what is not 2xx
 */
export async function sendCompletion(call: ProviderCall, body: object): Promise<ProviderResponse> {
  const { baseUrl, apiKey, connectMs } = call.target
  const response = await providerRequest(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: call.signal,
    connectMs,
  })
  if (response.ok) return response
  throw classifyFailure({
    status: response.status,
    headers: response.headers,
    body: await response.text(),
  })
}
