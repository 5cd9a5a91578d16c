import { costPicoUsd } from '@brainlyx/model-catalog'
import type { Deployment } from '../../select/deployment.ts'
import type { Order, OrderContext, Ordered } from './order.ts'
import { TIER_RANK } from './tier.ts'

const PICO = 1e12
const usd = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 })

/**
 * What this request would cost least at, of those that are good enough for it. The price of a prompt that a deployment
 * keeps is the cached one, so a conversation moves only where moving is cheaper. Who costs the same goes by latency.
 * A price that is not known is not zero: it goes behind those that are. Smaller tiers than needed are a last resort.
 */
export const cheapest: Order = (deployments, context) =>
  deployments
    .map((deployment) => ({
      deployment,
      missingTiers: Math.max(0, TIER_RANK[context.tier] - TIER_RANK[deployment.tier]),
      cost: costOf(deployment, context),
      latencyMs: context.loads.view(deployment.id).latencyMs ?? Number.MAX_VALUE,
    }))
    .sort(
      (a, b) =>
        a.missingTiers - b.missingTiers ||
        compareCosts(a.cost, b.cost) ||
        a.latencyMs - b.latencyMs,
    )
    .map((entry) => toOrdered(entry, context))

/** In pico-dollars; null where the price is not known. */
function costOf(deployment: Deployment, context: OrderContext): bigint | null {
  const { needs, warm, expectedOutputTokens } = context
  if (deployment.prices === null) return null
  const inputTokens = Math.ceil(needs.inputTokens)
  const kept = warm?.deploymentId === deployment.id ? Math.ceil(warm.cachedTokens) : 0
  return costPicoUsd(deployment.prices, {
    inputTokens,
    cachedInputTokens: Math.min(kept, inputTokens),
    cacheWriteTokens: 0,
    outputTokens: Math.ceil(expectedOutputTokens),
  })
}

function compareCosts(a: bigint | null, b: bigint | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a < b ? -1 : a > b ? 1 : 0
}

function toOrdered(
  entry: { deployment: Deployment; missingTiers: number; cost: bigint | null },
  { tier, warm }: OrderContext,
): Ordered {
  const { deployment, missingTiers, cost } = entry
  const facts = [cost === null ? 'price not known' : `about $${usd.format(Number(cost) / PICO)}`]
  if (cost !== null && warm?.deploymentId === deployment.id) facts.push('part of the prompt kept')
  if (missingTiers > 0) facts.push(`${deployment.tier}, where ${tier} is needed`)
  return { deployment, score: cost === null ? null : Number(cost), why: facts.join(', ') }
}
