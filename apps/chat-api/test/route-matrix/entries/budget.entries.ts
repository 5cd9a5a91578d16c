import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

export const budgetEntries = {
  getUsage: {},
  getBudgets: {},
  setInstallationBudget: { body: { limitPicoUsd: null } },
  setUserBudget: {
    body: { user: 'somebody@example.com', limitPicoUsd: null },
    arrange: async ({ userId }) => ({ body: { user: userId, limitPicoUsd: null } }),
  },
} as const satisfies Partial<Record<RouteName, RouteEntry>>
