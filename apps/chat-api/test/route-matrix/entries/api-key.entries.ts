import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

export const apiKeyEntries = {
  listApiKeys: {},
  createApiKey: { owner: 'member', body: { name: 'A program' } },
  changeApiKey: { owner: 'member', body: { name: 'Taken over' } },
  rotateApiKey: { owner: 'member', body: { overlapDays: 1 } },
  revokeApiKey: { owner: 'member' },
} as const satisfies Partial<Record<RouteName, RouteEntry>>
