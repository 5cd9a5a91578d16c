import type { Metrics } from '@brainlyx/service-kit'
import { Counter } from 'prom-client'

/** Told of what the router does beside calling providers. */
export interface RoutingObserver {
  /** An answer that had begun is finished by another call. */
  rescued(how: 'gone-on' | 'begun-again'): void
  /** A deployment's turn has come and it may not be called. */
  passedOver(by: 'breaker' | 'quota' | 'retry-budget'): void
  /** A first attempt was late, and a second was made beside it, or could not be. */
  hedged(how: 'won' | 'lost' | 'withheld'): void
  /** A request gets the answer of another's call. */
  shared(): void
  breakerChanged(deployment: string, to: string): void
}

export function observeRouting({ registry }: Pick<Metrics, 'registry'>): RoutingObserver {
  const registers = [registry]
  const rescues = new Counter({
    name: 'router_rescues_total',
    help: 'Answers that broke off and were finished by another call',
    labelNames: ['how'],
    registers,
  })
  const passedOver = new Counter({
    name: 'router_passed_over_total',
    help: 'Deployments that were not called although it was their turn',
    labelNames: ['by'],
    registers,
  })
  const hedges = new Counter({
    name: 'router_hedges_total',
    help: 'First attempts that were late: whether a second won, lost, or was not made',
    labelNames: ['how'],
    registers,
  })
  const shared = new Counter({
    name: 'router_shared_requests_total',
    help: 'Requests that got the answer of an identical one in flight',
    registers,
  })
  const breakers = new Counter({
    name: 'router_breaker_changes_total',
    help: 'Changes of circuit breakers',
    labelNames: ['deployment', 'to'],
    registers,
  })
  return {
    rescued: (how) => rescues.inc({ how }),
    passedOver: (by) => passedOver.inc({ by }),
    hedged: (how) => hedges.inc({ how }),
    shared: () => shared.inc(),
    breakerChanged: (deployment, to) => breakers.inc({ deployment, to }),
  }
}
