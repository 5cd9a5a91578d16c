import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

export const administrationEntries = {
  getInstallationOverview: {},
  listUsers: {},
  getUser: {},
  changeUser: { body: { role: 'admin', tier: 'enterprise' } },
  banUser: { body: { reason: 'abuse' } },
  unbanUser: {},
  endUserSignIns: {},
  listFailures: {},
  explainFailure: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
