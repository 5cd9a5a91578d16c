import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

export const turnEntries = {
  startFirstTurn: { body: { text: 'Hello' } },
  startTurn: { body: { text: 'Hello' } },
  getTurn: {},
  followTurn: {},
  stopTurn: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
