import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** Seconds; fine where our own share lies (milliseconds), coarse where a model's answer does. */
const BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 5, 10, 30, 60, 120, 300,
]

export interface Metrics {
  readonly registry: Registry
  readonly requestsInFlight: Gauge
  /** Completed requests; `status_class` is `2xx`, `4xx`, …; streams carry `stream="true"`. */
  readonly requests: Counter<'method' | 'route' | 'status_class' | 'stream'>
  /** Whole duration of what is not a stream. */
  readonly requestDuration: Histogram<'method' | 'route' | 'status_class'>
  /** Until the response's headers, streams too. */
  readonly timeToFirstByte: Histogram<'method' | 'route' | 'status_class'>
}

/** Rate, errors and durations of HTTP, and the process's CPU, memory and event-loop delay. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    requestsInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests being answered',
      registers,
    }),
    requests: new Counter({
      name: 'http_requests_total',
      help: 'Requests answered',
      labelNames: ['method', 'route', 'status_class', 'stream'],
      registers,
    }),
    requestDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time until a response was complete, without streams',
      labelNames: ['method', 'route', 'status_class'],
      buckets: BUCKETS,
      registers,
    }),
    timeToFirstByte: new Histogram({
      name: 'http_time_to_first_byte_seconds',
      help: 'Time until a response began',
      labelNames: ['method', 'route', 'status_class'],
      buckets: BUCKETS,
      registers,
    }),
  }
}
