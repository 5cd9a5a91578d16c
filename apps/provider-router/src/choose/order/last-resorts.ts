import type { Deployment } from '../../select/deployment.ts'
import type { Order, OrderContext } from './order.ts'

/** Those that may not be called now go to the end, in the order given: who has nobody else may still try them. */
export function withLastResorts(order: Order): Order {
  return (deployments, context) => {
    const obstacles = new Map(deployments.map((each) => [each, obstacleOf(each, context)]))
    const ready = deployments.filter((each) => obstacles.get(each) === undefined)
    if (ready.length === 0) {
      return order(deployments, context).map((entry) => ({
        ...entry,
        why: `last resort, ${obstacles.get(entry.deployment)}: ${entry.why}`,
      }))
    }
    const waiting = deployments.filter((each) => obstacles.get(each) !== undefined)
    return [
      ...order(ready, context),
      ...waiting.map((deployment) => ({
        deployment,
        score: null,
        why: `last resort, ${obstacles.get(deployment)}`,
      })),
    ]
  }
}

function obstacleOf(deployment: Deployment, context: OrderContext): string | undefined {
  if (context.breakerWeight(deployment.id) <= 0) return 'its breaker is open'
  return context.headroom(deployment) <= 0 ? 'its quota is used up' : undefined
}
