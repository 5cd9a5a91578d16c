import type { ProviderError } from '../adapters/provider-error.ts'

const BACKOFF_MS = 200
/** Somebody is reading, and the provider is there. */
const BACKOFF_IN_ANSWER_MS = 50

/**
 * How long to wait before the same deployment is tried once more, where nothing else is left; undefined where that
 * is no use. A provider that was silent from the beginning is not asked again: the caller has waited enough.
 * @param random 0 to 1, for jitter
 * @param delivered it had begun to answer
 * @param patienceMs how long the request may still wait
 */
export function retryDelayMs(
  error: ProviderError,
  random: number,
  delivered: boolean,
  patienceMs: number,
): number | undefined {
  if (!error.retryable || (error.code === 'timeout' && !delivered)) return undefined
  if (error.retryAfterMs !== null && error.retryAfterMs > patienceMs) return undefined
  const backoff = delivered ? BACKOFF_IN_ANSWER_MS : BACKOFF_MS
  const jitter = backoff * random
  return error.retryAfterMs === null ? backoff + jitter : error.retryAfterMs + jitter / 4
}
