import type { Generated, Selectable } from 'kysely'
import type { AlertPercent } from './budgets.ts'
import type { Timestamp } from './column.ts'

/** What is sent to an address, and so to whoever has it at that moment. */
export interface MailsTable {
  id: string
  kind:
    | 'verification'
    | 'reset'
    | 'password-changed'
    | 'account-exists'
    | `budget-${AlertPercent}`
    | `installation-budget-${AlertPercent}`
  /** Lower case. */
  address: string
  /** SHA-256 of what the link ends with; each attempt to send it makes one, since its first may have arrived. */
  tokenHashes: Generated<string[]>
  /** The link's end; a mail that was not sent by then never is. */
  expiresAt: Date
  sentAt: Date | null
  /** The link has served. */
  usedAt: Date | null
  createdAt: Timestamp
}
export type MailRow = Selectable<MailsTable>

/** Stands for the mail server on a laptop. */
export interface MailboxTable {
  /** The mail's. */
  id: string
  address: string
  subject: string
  body: string
  createdAt: Timestamp
}
export type MailboxRow = Selectable<MailboxTable>
