/** Why a provider answers with an error, before each provider's own words for it. */
export type Failure =
  | { kind: 'missing-key' }
  | { kind: 'bad-key'; key: string }
  | { kind: 'invalid'; message: string; parameter?: string | undefined }
  | { kind: 'not-found'; path: string }
  | { kind: 'too-large' }
  | { kind: 'context-length'; tokens: number }
  | { kind: 'prompt-blocked' }
  | { kind: 'no-prefill' }
  | { kind: 'quota' }
  | { kind: 'status'; status: number; retryAfter?: RetryAfter | undefined }

export interface RetryAfter {
  form: 'seconds' | 'date'
  seconds: number
}

/** A request that the provider would refuse with a 400. */
export class RejectedRequest extends Error {
  readonly failure: Failure

  constructor(message: string, parameter?: string) {
    super(message)
    this.failure = { kind: 'invalid', message, parameter }
  }
}

/** `Retry-After` in either of its two forms (RFC 9110, 10.2.3). */
export function retryAfterHeader(retryAfter: RetryAfter | undefined): Record<string, string> {
  if (retryAfter === undefined) return {}
  return {
    'retry-after':
      retryAfter.form === 'seconds'
        ? String(retryAfter.seconds)
        : new Date(Date.now() + retryAfter.seconds * 1000).toUTCString(),
  }
}
