import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

export const auditEntries = {
  listAuditLog: {},
  exportAuditLog: {},
  findPseudonyms: { body: { person: 'someone@example.com' } },
} as const satisfies Partial<Record<RouteName, RouteEntry>>
