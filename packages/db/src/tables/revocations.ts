import type { Timestamp } from './column.ts'

export interface RevocationsTable {
  /** A user's pseudonym. */
  subject: string
  revokedAt: Timestamp
  /** No token that was made before is valid by then. */
  expiresAt: Date
}
