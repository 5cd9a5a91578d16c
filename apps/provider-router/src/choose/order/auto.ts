import type { Tier } from '../../config/router-file.ts'
import type { Deployment } from '../../select/deployment.ts'
import { moveFirst } from './first-place.ts'
import type { Order, OrderContext } from './order.ts'
import { TIER_RANK } from './tier.ts'
import { WARM_WHY } from './warm-first.ts'

/** From this share of late answers on a deployment does not suit requests that should be answered within a second. */
const HIGH_MISS_RATE = 0.5
/** Smaller models than needed come after all that can do it. */
const SMALLER = TIER_RANK.large - TIER_RANK.small

/**
 * Those of the tier that the request needs, in the order given, then larger and then smaller ones, the nearest tier
 * first. Small requests go last, within their tier, to those that have lately been late. A conversation stays where its
 * prompt is kept, if that is of the needed tier. (A breaker that lets less through takes first places by chance, as
 * under any strategy: moved away for good, a deployment could never prove that it is well again.)
 */
export const auto: Order = (deployments, context) => {
  const { tier } = context
  const ordered = deployments
    .map((deployment) => ({
      deployment,
      distance: distance(tier, deployment.tier),
      lateness: lateness(deployment, context),
    }))
    .sort((a, b) => a.distance - b.distance || a.lateness - b.lateness)
    .map(({ deployment, distance, lateness }) => ({
      deployment,
      score: distance + lateness,
      why: whyOf(deployment, tier, lateness),
    }))
  const warm = deployments.find((each) => isWarm(each, context))
  return warm === undefined ? ordered : moveFirst(ordered, warm, ({ why }) => `${why}, ${WARM_WHY}`)
}

function distance(needed: Tier, tier: Tier): number {
  const larger = TIER_RANK[tier] - TIER_RANK[needed]
  return larger >= 0 ? larger : SMALLER - larger
}

/** 0, or the share of late answers where that is high. */
function lateness({ id, tier }: Deployment, context: OrderContext): number {
  if (context.tier !== 'small' || tier !== 'small') return 0
  const { missRate } = context.loads.view(id)
  return missRate < HIGH_MISS_RATE ? 0 : missRate
}

function isWarm(deployment: Deployment, context: OrderContext): boolean {
  return (
    deployment.id === context.warm?.deploymentId &&
    deployment.tier === context.tier &&
    context.breakerWeight(deployment.id) >= 1 &&
    lateness(deployment, context) === 0
  )
}

function whyOf({ tier }: Deployment, needed: Tier, lateness: number): string {
  const fit = tier === needed ? `${tier}, as needed` : `${tier}, where ${needed} is needed`
  if (lateness === 0) return fit
  return `${fit}, but ${Math.round(lateness * 100)} % of its answers began after a second`
}
