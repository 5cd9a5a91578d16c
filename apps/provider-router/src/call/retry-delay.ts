import type { ProviderError } from '../adapters/provider-error.ts'

/** A caller would rather have the error than wait longer than this. */
const LONGEST_WAIT_MS = 2_000
const BACKOFF_MS = 200

/**
 * How long to wait before the same deployment is tried once more, where nothing else is left; undefined where that
 * is no use. A silent provider is not asked again: the caller has waited enough.
 * @param random 0 to 1, for jitter
 */
export function retryDelayMs(error: ProviderError, random: number): number | undefined {
  if (!error.retryable || error.code === 'timeout') return undefined
  if (error.retryAfterMs !== null && error.retryAfterMs > LONGEST_WAIT_MS) return undefined
  const jitter = BACKOFF_MS * random
  return error.retryAfterMs === null ? BACKOFF_MS + jitter : error.retryAfterMs + jitter / 4
}
