import { ProviderError } from '../provider-error.ts'

/** The body ended, cleanly or not, before the provider said that its answer had. */
export function streamCut(cause?: unknown): ProviderError {
  return new ProviderError({ code: 'stream-cut', status: null, retryable: true, cause })
}
