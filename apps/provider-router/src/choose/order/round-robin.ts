import type { Deployment } from '../../select/deployment.ts'
import { mayGoFirst } from './first-place.ts'
import type { Order } from './order.ts'
import { RecentMap } from './recent-map.ts'
import { WARM_WHY, warmAmong } from './warm-first.ts'

/** Virtual models times their deployments: more than any configuration has. */
const LIMIT = 10_000

/**
 * Whose last turn is longest ago goes first. With the same members this is a rotation; unlike an index that is counted
 * up, it gives nobody a double share when another one comes, goes, or cannot take some of the requests.
 */
export function createRoundRobin(): Order {
  const lastTurns = new RecentMap<number>(LIMIT)
  let turn = 0
  return (deployments, context) => {
    const name = (deployment: Deployment): string => `${context.modelId}\n${deployment.id}`
    const lastTurn = (deployment: Deployment): number => lastTurns.get(name(deployment)) ?? 0
    const takeTurn = (deployment: Deployment): void => lastTurns.set(name(deployment), ++turn)

    const waiting = [...deployments].sort((a, b) => lastTurn(a) - lastTurn(b))
    const warm = warmAmong(deployments, context)
    // Who loses its turn by chance has had it, or it would be drawn again and again until it won.
    const lost = warm === undefined ? waiting.findIndex((each) => mayGoFirst(each, context)) : 0
    const first = warm ?? waiting[Math.max(lost, 0)]
    if (first === undefined) return []
    waiting.slice(0, Math.max(lost, 0)).forEach(takeTurn)
    takeTurn(first)
    return [first, ...waiting.filter((each) => each !== first)].map((deployment, place) => ({
      deployment,
      score: null,
      why: place > 0 ? 'later in turn' : warm === undefined ? 'its turn' : WARM_WHY,
    }))
  }
}
