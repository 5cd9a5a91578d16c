import type { Metrics } from '@brainlyx/service-kit'
import type { TurnObserver } from '@brainlyx/turn-engine'
import { Counter, Gauge, Histogram } from 'prom-client'

/** Seconds, the provider's share included. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 120, 300]

export interface TurnMetrics {
  readonly observer: TurnObserver
  readonly openStreams: Gauge
}

export function createTurnMetrics({ registry }: Metrics): TurnMetrics {
  const registers = [registry]
  const started = new Counter({
    name: 'turns_started_total',
    help: 'Turns that began to run here',
    registers,
  })
  const ended = new Counter({
    name: 'turns_ended_total',
    help: 'Turns that ended here',
    labelNames: ['outcome'],
    registers,
  })
  const timeToFirstToken = new Histogram({
    name: 'turn_time_to_first_token_seconds',
    help: 'From a turn’s start to its first text or reasoning',
    buckets: BUCKETS,
    registers,
  })
  const duration = new Histogram({
    name: 'turn_duration_seconds',
    help: 'From a turn’s start to its stored end',
    labelNames: ['outcome'],
    buckets: BUCKETS,
    registers,
  })
  return {
    observer: {
      started: () => started.inc(),
      stored: () => {},
      firstToken: (elapsedMs) => timeToFirstToken.observe(elapsedMs / 1000),
      ended: (outcome, elapsedMs) => {
        ended.inc({ outcome })
        duration.observe({ outcome }, elapsedMs / 1000)
      },
    },
    openStreams: new Gauge({
      name: 'turn_streams_open',
      help: 'Readers that follow a turn at the moment',
      registers,
    }),
  }
}
