/**
 * What went wrong at a provider, and so what may help.
 *
 * | code | what may help |
 * |---|---|
 * | `rate-limited` | another deployment, or this one after `retryAfterMs` |
 * | `request-exceeds-limit` | another deployment: this request can never fit this one's rate limit |
 * | `insufficient-quota` | another credential |
 * | `bad-credential` | another credential; this one is to be left alone |
 * | `model-not-found` | another deployment |
 * | `context-too-long` | a model with a larger context |
 * | `content-filtered` | nothing: the refusal is the answer |
 * | `invalid-request` | nothing: the caller must change it |
 * | `prefill-unsupported` | starting the answer again |
 * | `overloaded`, `provider-unavailable`, `timeout`, `connection-failed` | another try, another deployment |
 * | `stream-cut`, `stream-error` | as above, and what came so far is not an answer |
 */
export type ProviderErrorCode =
  | 'rate-limited'
  | 'request-exceeds-limit'
  | 'insufficient-quota'
  | 'bad-credential'
  | 'model-not-found'
  | 'context-too-long'
  | 'content-filtered'
  | 'invalid-request'
  | 'prefill-unsupported'
  | 'overloaded'
  | 'provider-unavailable'
  | 'timeout'
  | 'connection-failed'
  | 'stream-cut'
  | 'stream-error'

/** A failed provider call. Its `raw` is for logs that redact and for tests; it never reaches a caller. */
export class ProviderError extends Error {
  readonly code: ProviderErrorCode
  /** The provider's HTTP status; null where none arrived. An error inside a 200 stream keeps its own, if it named one. */
  readonly status: number | null
  /** The same call to the same deployment may succeed. */
  readonly retryable: boolean
  readonly retryAfterMs: number | null
  /** The provider's error object, or its body's text. */
  readonly raw: unknown
  /** The finish word that came with an error inside a stream, such as the Responses API's `failed`. */
  readonly rawFinish: string | null

  constructor(options: {
    code: ProviderErrorCode
    status: number | null
    retryable: boolean
    retryAfterMs?: number | null
    raw?: unknown
    rawFinish?: string | null
    cause?: unknown
  }) {
    super(`provider call failed: ${options.code}`, { cause: options.cause })
    this.name = 'ProviderError'
    this.code = options.code
    this.status = options.status
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs ?? null
    this.raw = options.raw
    this.rawFinish = options.rawFinish ?? null
  }
}
