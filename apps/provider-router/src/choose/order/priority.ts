import type { Order } from './order.ts'

/** As configured. */
export const priority: Order = (deployments) =>
  deployments.map((deployment, index) => ({
    deployment,
    score: null,
    why: `place ${index + 1} of the configured order`,
  }))
