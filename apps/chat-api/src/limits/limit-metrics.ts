import type { Metrics, PressureGauge, Reserve } from '@brainlyx/service-kit'
import { Counter, Gauge } from 'prom-client'
import type { LimitStore } from './store/limit-store.ts'

export interface LimitMetrics {
  /** By which layer, by which of its limits, and on which route. */
  refused(
    layer: 'rate' | 'concurrency' | 'reserve' | 'pressure',
    limit: string,
    route: string,
  ): void
}

export function createLimitMetrics(
  { registry }: Metrics,
  watched: { store: LimitStore; pressure: Pick<PressureGauge, 'current'>; reserve: Reserve },
): LimitMetrics {
  const registers = [registry]
  const refused = new Counter({
    name: 'requests_refused_total',
    help: 'Requests that were turned away by a limit or an overload',
    labelNames: ['layer', 'limit', 'route'],
    registers,
  })
  const gauge = (name: string, help: string, read: () => number): void =>
    void new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge(
    'process_pressure',
    'How near the process is to doing critical work only: 0 none, 1 all of the way',
    () => watched.pressure.current.level,
  )
  gauge(
    'requests_admitted',
    'Requests that are worked on and not answered yet',
    () => watched.reserve.inUse,
  )
  gauge('limits_local', '1 while this replica counts limits for itself, without Redis', () =>
    watched.store.isLocal ? 1 : 0,
  )
  return { refused: (layer, limit, route) => refused.inc({ layer, limit, route }) }
}
