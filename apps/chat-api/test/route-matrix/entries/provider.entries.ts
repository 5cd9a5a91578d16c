import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

export const providerEntries = {
  listProviders: {},
  setProviderKey: { body: { key: 'sk-0123456789' } },
  removeProviderKey: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
