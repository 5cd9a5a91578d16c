import type { RouteName, TierInput } from '@brainlyx/chat-contract'
import { newTierName } from '../../new-tier-name.ts'
import type { Owner, PathValues, RouteEntry } from '../route-entry.ts'

/** A tier as somebody might want it. */
const smallTier: TierInput = {
  requestsPerMinute: 60,
  requestBurst: 30,
  concurrentStreams: 2,
  messagesPerDay: null,
  tokensPerDay: null,
  models: null,
  uploadBytes: 1_000_000,
  chatIdleDays: null,
  priority: 1,
  monthlyBudgetPicoUsd: null,
}

export const limitsEntries = {
  getLimits: {},
  listTiers: {},
  saveTier: { body: smallTier, arrange: async () => ({ params: { tier: newTierName() } }) },
  removeTier: { arrange: arrangeTier },
} as const satisfies Partial<Record<RouteName, RouteEntry>>

async function arrangeTier({ browser }: Owner): Promise<PathValues> {
  const tier = newTierName()
  await browser.fetch(`/api/v1/admin/tiers/${tier}`, { method: 'PUT', json: smallTier })
  return { params: { tier } }
}
