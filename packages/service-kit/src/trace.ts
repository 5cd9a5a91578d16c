import { AsyncLocalStorage } from 'node:async_hooks'
import { randomHex } from './random-hex.ts'

/** W3C Trace Context, version 00: the parts that we carry. */
export interface Trace {
  /** 32 hex digits; the same from the browser to the provider. */
  readonly traceId: string
  /** The header to send on: this service's own span. */
  readonly traceparent: string
}

const storage = new AsyncLocalStorage<Trace>()
const HEADER = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/

export function currentTrace(): Trace | undefined {
  return storage.getStore()
}

/** Goes on with the caller's trace, or begins one where `traceparent` is absent or malformed. */
export function newTrace(traceparent?: string): Trace {
  const parsed = traceparent === undefined ? null : HEADER.exec(traceparent)
  const given = parsed?.[1]
  const traceId = given !== undefined && !/^0+$/.test(given) ? given : randomHex(16)
  return { traceId, traceparent: `00-${traceId}-${randomHex(8)}-01` }
}

export function runWithTrace<T>(traceparent: string | undefined, run: (trace: Trace) => T): T {
  const trace = newTrace(traceparent)
  return storage.run(trace, () => run(trace))
}
