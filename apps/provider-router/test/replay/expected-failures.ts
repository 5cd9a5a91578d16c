import type { ProviderErrorCode } from '../../src/adapters/provider-error.ts'

/** What each recorded error is to the router: what may help, and how long to wait where the provider says. */
export const expectedFailures: Readonly<
  Record<string, { code: ProviderErrorCode; retryable: boolean; retryAfterMs?: number }>
> = {
  'anthropic-error-400-prompt-too-long': { code: 'context-too-long', retryable: false },
  'anthropic-error-401-bad-key': { code: 'bad-credential', retryable: false },
  'anthropic-error-404-model': { code: 'model-not-found', retryable: false },
  'anthropic-error-429-retry-after': {
    code: 'rate-limited',
    retryable: true,
    retryAfterMs: 41_000,
  },
  'anthropic-error-529-overloaded': { code: 'overloaded', retryable: true },
  'gemini-error-400-bad-key': { code: 'bad-credential', retryable: false },
  'gemini-error-400-context-length': { code: 'context-too-long', retryable: false },
  'gemini-error-404-model': { code: 'model-not-found', retryable: false },
  'gemini-error-429-retry-info': { code: 'rate-limited', retryable: true, retryAfterMs: 48_000 },
  'gemini-error-500-internal': { code: 'provider-unavailable', retryable: true },
  'gemini-error-503-labelled-event-stream': { code: 'overloaded', retryable: true },
  'groq-error-400-context-length': { code: 'context-too-long', retryable: false },
  'groq-error-400-tool-use-failed': { code: 'invalid-request', retryable: false },
  'groq-error-401-bad-key': { code: 'bad-credential', retryable: false },
  'groq-error-404-model': { code: 'model-not-found', retryable: false },
  'groq-error-429-retry-after': { code: 'rate-limited', retryable: true, retryAfterMs: 3_000 },
  'openai-error-400-context-length': { code: 'context-too-long', retryable: false },
  'openai-error-400-max-tokens-unsupported': { code: 'invalid-request', retryable: false },
  'openai-error-400-model-not-found-responses': { code: 'model-not-found', retryable: false },
  'openai-error-401-bad-key': { code: 'bad-credential', retryable: false },
  'openai-error-404-model': { code: 'model-not-found', retryable: false },
  'openai-error-429-insufficient-quota': { code: 'insufficient-quota', retryable: false },
  'openai-error-429-tokens-per-minute': { code: 'request-exceeds-limit', retryable: false },
  'openai-error-500-server-error': { code: 'provider-unavailable', retryable: true },
}
