import type { Announcement } from '@brainlyx/chat-contract'

export const SEVERITY_NAMES: Readonly<Record<Announcement['severity'], string>> = {
  info: 'Notice',
  warning: 'Warning',
  outage: 'Outage',
}
