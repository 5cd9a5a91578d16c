import type { Tier } from '../../config/router-file.ts'
import type { Deployment } from '../../select/deployment.ts'
import type { OrderContext } from './order.ts'

/** Larger can more. */
export const TIER_RANK: Readonly<Record<Tier, number>> = { small: 0, medium: 1, large: 2 }

/** Whether as much can be asked of it as the request asks. */
export function isLargeEnough(deployment: Deployment, { tier }: OrderContext): boolean {
  return TIER_RANK[deployment.tier] >= TIER_RANK[tier]
}
