import { RouterFile } from '../../config/router-file.ts'
import type { DeploymentInput, ProviderInput } from '../../config/router-file.ts'
import { createDeploymentLoads } from '../../load/create-deployment-loads.ts'
import type { DeploymentLoads, RunningCall } from '../../load/deployment-load.ts'
import type { Deployment } from '../../select/deployment.ts'
import { buildRoutingTable } from '../../select/routing-table.ts'
import type { Order, OrderContext } from './order.ts'

type Facts = Partial<
  Pick<DeploymentInput, 'weight' | 'tier' | 'price' | 'contextTokens' | 'capabilities'> &
    Pick<ProviderInput, 'kind' | 'region' | 'residency'> & { model: string }
>

/** For tests: deployments by their ids, each at a provider of the same name. */
export function deploymentsOf(facts: Readonly<Record<string, Facts>>): Deployment[] {
  const entries = Object.entries(facts)
  const file = RouterFile.parse({
    providers: Object.fromEntries(
      entries.map(([id, { kind = 'openai', region, residency }]) => [
        id,
        { kind, name: id, baseUrl: `https://${id}.test`, keys: ['key'], region, residency },
      ]),
    ),
    deployments: entries.map(([id, { model = 'any', ...rest }]) => {
      const { weight, tier, price, contextTokens, capabilities } = rest
      return { id, provider: id, model, weight, tier, price, contextTokens, capabilities }
    }),
  })
  const table = buildRoutingTable({ file, settingsKeys: new Map(), simulatorUrl: undefined })
  return [...table.deployments.values()]
}

/** For tests: a request of no needs, where all is well and nothing is known. */
export function contextOf(more: Partial<OrderContext> = {}): OrderContext {
  return {
    modelId: 'virtual',
    needs: { images: false, tools: false, inputTokens: 1_000 },
    tier: 'small',
    expectedOutputTokens: 100,
    warm: undefined,
    loads: createDeploymentLoads({ nowMs: () => 0 }),
    breakerWeight: () => 1,
    headroom: () => 1,
    callerRegion: undefined,
    replicaRegion: undefined,
    roundTripsMs: {},
    measuredRoundTripMs: () => undefined,
    random: seededRandom(1),
    ...more,
  }
}

/** For tests: loads in which one call to each has been measured. */
export function measured(latenciesMs: Readonly<Record<string, number>>): DeploymentLoads {
  const loads = createDeploymentLoads({ nowMs: () => 0 })
  for (const [id, ms] of Object.entries(latenciesMs)) {
    const call = loads.begin(id)
    call.firstToken(ms)
    call.end(false)
  }
  return loads
}

/** For tests: so many calls that do not end. */
export function keepBusy(loads: DeploymentLoads, id: string, calls: number): RunningCall[] {
  return Array.from({ length: calls }, () => loads.begin(id))
}

export function idsOf(
  order: Order,
  deployments: readonly Deployment[],
  context: OrderContext,
): string[] {
  return order(deployments, context).map(({ deployment }) => deployment.id)
}

/** How often each goes first in so many decisions. */
export function firstPlaces(
  order: Order,
  deployments: readonly Deployment[],
  context: OrderContext,
  decisions: number,
): Record<string, number> {
  const counts = Object.fromEntries(deployments.map(({ id }) => [id, 0]))
  for (let decision = 0; decision < decisions; decision++) {
    const first = idsOf(order, deployments, context)[0]!
    counts[first] = counts[first]! + 1
  }
  return counts
}

/** mulberry32, by Tommy Ettinger: the same numbers for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
