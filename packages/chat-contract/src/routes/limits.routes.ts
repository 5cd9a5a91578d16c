import { z } from 'zod'
import { Limits, Tier, TierInput, TierList, TierName } from '../limits.ts'
import type { Route } from './route.ts'

const TierParams = z.object({ tier: TierName })

export const limitsRoutes = {
  getLimits: {
    method: 'GET',
    path: '/me/limits',
    summary: 'What you may use, what is left of it, and when it comes back',
    access: 'user',
    status: 200,
    response: Limits,
  },
  listTiers: {
    method: 'GET',
    path: '/admin/tiers',
    summary: 'What the users of each tier may use',
    access: 'admin',
    status: 200,
    response: TierList,
  },
  saveTier: {
    method: 'PUT',
    path: '/admin/tiers/:tier',
    summary: 'Change a tier, or make one; in force everywhere within seconds',
    access: 'admin',
    params: TierParams,
    body: TierInput,
    status: 200,
    response: Tier,
  },
  removeTier: {
    method: 'DELETE',
    path: '/admin/tiers/:tier',
    summary: 'Remove a tier that nobody is of',
    access: 'admin',
    params: TierParams,
    status: 204,
  },
} as const satisfies Record<string, Route>
