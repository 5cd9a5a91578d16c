import type { Deployment } from '../../select/deployment.ts'
import type { Order, OrderContext, Ordered } from './order.ts'

/** Chance takes first place from a deployment that should get only a part of its traffic: it loses the rest. */
export function mayGoFirst(deployment: Deployment, context: OrderContext): boolean {
  const weight = context.breakerWeight(deployment.id)
  return weight >= 1 || context.random() < weight
}

/**
 * Lets the first that may go first go first; where chance says no to all of them, the order stays as it is.
 * @param suits whom first place may pass to, where there is anybody of the kind: what chance takes from one that is good
 * enough should not go to one that is not
 */
export function withChance(
  order: Order,
  suits: (deployment: Deployment, context: OrderContext) => boolean = () => true,
): Order {
  return (deployments, context) => {
    const ordered = order(deployments, context)
    const suitable = ordered.filter(({ deployment }) => suits(deployment, context))
    const candidates = suitable.length > 0 ? suitable : ordered
    const first = candidates.find(({ deployment }) => mayGoFirst(deployment, context))
    if (first === undefined || first === ordered[0]) return ordered
    return moveFirst(ordered, first.deployment, ({ why }) => `instead of one that fails; ${why}`)
  }
}

/** The same order with one of them before the others. */
export function moveFirst(
  ordered: readonly Ordered[],
  chosen: Deployment,
  why: (entry: Ordered) => string,
): Ordered[] {
  const first = ordered.filter(({ deployment }) => deployment === chosen)
  const others = ordered.filter(({ deployment }) => deployment !== chosen)
  return [...first.map((entry) => ({ ...entry, why: why(entry) })), ...others]
}
