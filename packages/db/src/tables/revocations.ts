import type { Generated, Selectable } from 'kysely'
import type { Timestamp } from './column.ts'

export interface RevocationsTable {
  /** The pseudonym of a user, or of a sign-in. */
  subject: string
  revokedAt: Timestamp
  /** No token that was made before is valid by then. */
  expiresAt: Date
  /** Tokens of a version below count no more. */
  tokensBelow: Generated<number>
  /** Streams that were opened by a token of a version below are ended. */
  streamsBelow: Generated<number>
}
export type RevocationRow = Selectable<RevocationsTable>
