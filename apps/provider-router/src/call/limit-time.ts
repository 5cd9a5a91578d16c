import { ProviderError } from '../adapters/provider-error.ts'
import type { StreamPart } from '../adapters/stream-part.ts'
import type { TimeLimits } from '../select/deployment.ts'
import { isDelivery } from './is-delivery.ts'

/**
 * Passes a call's parts on and ends it where it is too slow. Only the provider's own time counts: while the reader
 * takes none, nothing but the total runs. The first-token and idle limits hold for streams only.
 * @throws {ProviderError} `timeout`; or the reason of `signal`
 */
export async function* limitTime(options: {
  open: (signal: AbortSignal) => AsyncIterable<StreamPart>
  limits: TimeLimits
  streams: boolean
  signal: AbortSignal
}): AsyncGenerator<StreamPart> {
  const { open, limits, streams, signal } = options
  const call = new AbortController()
  const hangUp = (): void => call.abort(signal.reason)
  const expire = (): void => call.abort(timeout())
  signal.throwIfAborted()
  signal.addEventListener('abort', hangUp, { once: true })
  let waiting = false
  const total = setTimeout(expire, limits.totalMs)
  const firstToken = streams ? setTimeout(expire, limits.firstTokenMs) : undefined
  let idle: NodeJS.Timeout | undefined
  const iterator = open(call.signal)[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      waiting = true
      idle?.refresh()
      const next = await iterator.next()
      waiting = false
      if (next.done === true) {
        ended = true
        return
      }
      if (streams && idle === undefined && isDelivery(next.value)) {
        clearTimeout(firstToken)
        idle = setTimeout(() => {
          if (waiting) expire()
        }, limits.idleMs)
      }
      yield next.value
    }
  } finally {
    clearTimeout(total)
    clearTimeout(firstToken)
    clearTimeout(idle)
    signal.removeEventListener('abort', hangUp)
    if (!ended) {
      call.abort(signal.aborted ? signal.reason : new Error('the answer is no longer wanted'))
      await iterator.return?.()
    }
  }
}

function timeout(): ProviderError {
  return new ProviderError({ code: 'timeout', status: null, retryable: true })
}
