import type { AnnouncementAudience, AnnouncementSeverity } from '@brainlyx/chat-contract'
import type { Generated, Selectable } from 'kysely'
import type { Timestamp } from './column.ts'

export interface AnnouncementsTable {
  id: string
  /** Plain text. */
  text: string
  severity: AnnouncementSeverity
  audience: AnnouncementAudience
  /** `tiers.name`, of the audience `tier` alone. */
  tier: string | null
  startsAt: Timestamp
  /** null: until somebody ends it. */
  endsAt: Date | null
  revision: Generated<number>
  createdAt: Timestamp
  updatedAt: Timestamp
}
export type AnnouncementRow = Selectable<AnnouncementsTable>
