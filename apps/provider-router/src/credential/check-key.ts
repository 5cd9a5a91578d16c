import { ServiceError } from '@brainlyx/service-kit'
import type { ProviderAdapter, ProviderApi } from '../adapters/provider-adapter.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ConfiguredProvider } from '../select/configured-provider.ts'
import { apiOf } from '../select/deployment.ts'

const TIME_LIMIT_MS = 10_000

/**
 * Tries a key with one small call to the provider itself, never to the simulator that may stand in for it.
 * @throws {ServiceError} 422 where the provider refuses it, 502 or 504 where nobody could say
 */
export async function checkKey(
  provider: ConfiguredProvider,
  key: string,
  adapterFor: (api: ProviderApi) => ProviderAdapter,
): Promise<void> {
  const api = apiOf(provider.input)
  const { baseUrl } = provider.input
  const signal = AbortSignal.timeout(TIME_LIMIT_MS)
  const target = { api, baseUrl, apiKey: key, connectMs: TIME_LIMIT_MS }
  try {
    await adapterFor(api).checkCredential({ target, signal })
  } catch (error) {
    const failure = refusalFor(error, provider.name)
    if (failure !== undefined) throw failure
  }
}

/** undefined where the failure shows that the key was known. */
function refusalFor(error: unknown, name: string): ServiceError | undefined {
  const code = error instanceof ProviderError ? error.code : 'timeout'
  switch (code) {
    case 'rate-limited':
      return undefined
    case 'bad-credential':
      return new ServiceError({
        code: 'provider-key-rejected',
        status: 422,
        title: 'The provider does not accept this key.',
        detail: `${name} does not accept this key. Check that the whole key was copied.`,
      })
    case 'insufficient-quota':
      return new ServiceError({
        code: 'insufficient-quota',
        status: 422,
        title: 'The key’s account has no quota or credit left.',
        detail: `${name} knows this key, but its account has no quota or credit left.`,
      })
    default:
      return new ServiceError({
        code: 'provider-key-not-tested',
        status: code === 'timeout' ? 504 : 502,
        title: 'The key could not be tested.',
        detail: `${name} could not be asked whether the key is good, so it was not kept. Try again.`,
        retryable: true,
      })
  }
}
