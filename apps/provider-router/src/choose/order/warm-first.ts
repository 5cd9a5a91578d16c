import type { Deployment } from '../../select/deployment.ts'
import { moveFirst } from './first-place.ts'
import type { Order, OrderContext } from './order.ts'

/** What a kept prompt saves is not worth waiting longer for than this many times the best. */
const WORTH = 2

export const WARM_WHY = 'keeps this conversation’s prompt'

/**
 * The deployment that keeps the conversation's prompt, where nothing speaks against it: its breaker is closed, and it
 * is neither more than twice as loaded nor more than twice as slow as the best of them.
 */
export function warmAmong(
  deployments: readonly Deployment[],
  context: OrderContext,
): Deployment | undefined {
  const { warm } = context
  const found = deployments.find(({ id }) => id === warm?.deploymentId)
  if (found === undefined || context.breakerWeight(found.id) < 1) return undefined
  const load = (each: Deployment): number =>
    (context.loads.view(each.id).inFlight + 1) / each.weight
  const latencyMs = (each: Deployment): number =>
    context.loads.view(each.id).latencyMs ?? Number.MAX_VALUE
  const isWorthIt = (measure: (each: Deployment) => number): boolean =>
    measure(found) <= WORTH * Math.min(...deployments.map(measure))
  return isWorthIt(load) && isWorthIt(latencyMs) ? found : undefined
}

/** A conversation stays where its prompt is kept. */
export function withWarmFirst(order: Order): Order {
  return (deployments, context) => {
    const ordered = order(deployments, context)
    const warm = warmAmong(deployments, context)
    if (warm === undefined) return ordered
    return moveFirst(ordered, warm, ({ why }) => `${WARM_WHY}; ${why}`)
  }
}
