import type { Generated, Selectable } from 'kysely'
import type { Timestamp } from './column.ts'

/** One row at most: what an administrator has set. */
export interface SignUpRulesTable {
  onlyRow: Generated<boolean>
  mode: 'open' | 'invitation' | 'domain' | 'closed'
  domains: string[]
  updatedAt: Timestamp
}
export type SignUpRules = Pick<Selectable<SignUpRulesTable>, 'mode' | 'domains'>
