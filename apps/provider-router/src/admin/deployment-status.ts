import type { DeploymentStatus } from '@brainlyx/router-contract'
import type { BreakerView } from '../breaker/breakers.ts'
import type { LoadView } from '../load/deployment-load.ts'
import type { Deployment } from '../select/deployment.ts'
import type { DeploymentStates } from './deployment-states.ts'

/** What is known of deployments beside the configuration. */
export interface DeploymentViews {
  readonly states: DeploymentStates
  readonly breaker: (deploymentId: string) => BreakerView
  readonly load: (deploymentId: string) => Pick<LoadView, 'inFlight' | 'latencyMs'>
  /** Of the key that has the most left, 0 to 1; anything less where there is no key. */
  readonly headroom: (deployment: Deployment) => number
  /** The clock of the breakers. */
  readonly nowMs: () => number
}

export function describeStatus(deployment: Deployment, views: DeploymentViews): DeploymentStatus {
  const { id, provider, model, prices, tier } = deployment
  const change = views.states.lastChange(id)
  const load = views.load(id)
  return {
    id,
    provider: provider.id,
    model,
    state: views.states.state(id),
    changedBy: change?.by ?? null,
    changedAt: change === undefined ? null : new Date(change.atMs).toISOString(),
    breaker: describeBreaker(views.breaker(id), views.nowMs()),
    inFlight: load.inFlight,
    latencyMs: load.latencyMs ?? null,
    headroom: Math.max(0, views.headroom(deployment)),
    price:
      prices === null
        ? null
        : {
            inputUsdPerMillion: usdPerMillion(prices.inputPicoUsdPerToken),
            outputUsdPerMillion: usdPerMillion(prices.outputPicoUsdPerToken),
          },
    tier,
    region: provider.input.region ?? null,
  }
}

function describeBreaker(view: BreakerView, nowMs: number): DeploymentStatus['breaker'] {
  const { state, weight, failureRate, calls, consecutiveFailures, openUntilMs } = view
  return {
    state,
    weight,
    failureRate,
    calls,
    consecutiveFailures,
    probeInMs: openUntilMs === undefined ? null : Math.max(0, Math.ceil(openUntilMs - nowMs)),
  }
}

function usdPerMillion(picoUsdPerToken: bigint): number {
  return Number(picoUsdPerToken) / 1_000_000
}
