import type { RouteName } from '@brainlyx/chat-contract'
import type { RouteEntry } from '../route-entry.ts'

const announcement = { text: 'Hello', severity: 'info', audience: 'all' }

export const announcementEntries = {
  listAnnouncements: {},
  listAllAnnouncements: {},
  createAnnouncement: { body: announcement },
  changeAnnouncement: { body: announcement },
  deleteAnnouncement: {},
} as const satisfies Partial<Record<RouteName, RouteEntry>>
