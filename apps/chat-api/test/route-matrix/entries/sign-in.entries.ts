import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

export const signInEntries = {
  listSignIns: {},
  endSignIn: {},
  endOtherSignIns: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
