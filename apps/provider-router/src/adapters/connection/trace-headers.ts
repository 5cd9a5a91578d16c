import { currentTrace } from '@brainlyx/service-kit'

/** The current request's trace, to be sent to the provider; nothing outside of a request. */
export function traceHeaders(): Record<string, string> {
  const trace = currentTrace()
  return trace === undefined ? {} : { traceparent: trace.traceparent }
}
