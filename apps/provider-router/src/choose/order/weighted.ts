import type { Deployment } from '../../select/deployment.ts'
import type { Order } from './order.ts'
import { RecentMap } from './recent-map.ts'
import { WARM_WHY, warmAmong } from './warm-first.ts'

/** Virtual models times their deployments: more than any configuration has. */
const LIMIT = 10_000
/** Turns that anybody may be owed or owe: what was long ago must not decide all that comes next. */
const LONGEST_DEBT = 4

/**
 * nginx's smooth weighted round robin: each turn everybody is credited its share, who has most goes first and pays for
 * a whole turn. It spreads the turns of the heavy ones instead of giving them in a row. Credits are counted in turns
 * and not, as in nginx, in weights, so that they keep their meaning when weights change; a breaker changes them at any
 * time. A turn taken for a kept prompt is paid for as well. Without any weight a deployment only stands by.
 */
export function createWeighted(): Order {
  const credits = new RecentMap<number>(LIMIT)
  return (deployments, context) => {
    const name = (deployment: Deployment): string => `${context.modelId}\n${deployment.id}`
    const weights = deployments.map((each) => each.weight * context.breakerWeight(each.id))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const entries = deployments.map((deployment, index) => {
      const share = total === 0 ? 0 : weights[index]! / total
      return { deployment, share, credit: (credits.get(name(deployment)) ?? 0) + share }
    })
    entries.sort(byCredit)
    const warm = warmAmong(deployments, context)
    const at = entries.findIndex(({ deployment }) => deployment === warm)
    const [first] = entries.splice(Math.max(at, 0), 1)
    if (first === undefined) return []
    if (total > 0) {
      credits.set(name(first.deployment), Math.max(first.credit - 1, -LONGEST_DEBT))
      for (const { deployment, credit } of entries) {
        credits.set(name(deployment), Math.min(credit, LONGEST_DEBT))
      }
    }
    return [first, ...entries].map(({ deployment, share, credit }) => ({
      deployment,
      score: credit,
      why: `${deployment === warm ? `${WARM_WHY}; ` : ''}${Math.round(share * 100)} % by weight`,
    }))
  }
}

interface Entry {
  readonly share: number
  readonly credit: number
}

function byCredit(a: Entry, b: Entry): number {
  if (a.share === 0 || b.share === 0) return b.share - a.share
  return b.credit - a.credit
}
