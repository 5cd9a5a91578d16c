import type { Generated, Selectable } from 'kysely'
import type { Timestamp } from './column.ts'

export interface InvitationsTable {
  id: string
  /** SHA-256 of what the link ends with. */
  tokenHash: string
  /** Whom alone it is for; lower case. */
  email: string | null
  /** What tier whoever uses it gets. */
  tier: string | null
  useLimit: number
  uses: Generated<number>
  expiresAt: Date
  revokedAt: Date | null
  createdAt: Timestamp
}
export type InvitationRow = Selectable<InvitationsTable>
