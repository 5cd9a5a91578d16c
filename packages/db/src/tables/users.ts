import type { Generated, GeneratedAlways, Selectable } from 'kysely'
import type { Timestamp } from './column.ts'

/** What has raised or lowered a standing last. */
export type StandingReason =
  | 'new'
  | 'good-days'
  | 'recovering'
  | 'too-many-requests'
  | 'failed-sign-ins'
  | 'refused-content'

export interface UsersTable {
  id: string
  kind: 'guest' | 'member'
  role: Generated<'user' | 'admin'>
  /** `tiers.name`. */
  tier: Generated<string>
  name: string | null
  /** The name in lower case, made by the database. */
  searchName: GeneratedAlways<string | null>
  /** Lower case. */
  email: string | null
  /** When its owner showed that they read what is sent to `email`; null: not yet. */
  emailVerifiedAt: Date | null
  /** The account that this guest signed in to. */
  mergedInto: string | null
  /** The account is being deleted: nothing new may begin for it. */
  deletingAt: Date | null
  /** From then on nobody is signed in as this user. */
  bannedAt: Date | null
  /** Access tokens carry it; raised where those that are out there shall count no more. */
  tokenVersion: Generated<number>
  /** Per cent of the tier's limits that the user has. */
  standing: Generated<number>
  standingReason: Generated<StandingReason>
  standingChangedAt: Timestamp
  /** Until when good days have been counted. */
  standingReviewedAt: Timestamp
  createdAt: Timestamp
  updatedAt: Timestamp
}
export type UserRow = Selectable<UsersTable>

export interface AuthIdentitiesTable {
  authUserId: string
  userId: string
  createdAt: Timestamp
}
