import { createHash } from 'node:crypto'
import type { LimitsInput } from '../config/router-file.ts'

/** One key of one provider. */
export interface Credential {
  readonly providerId: string
  readonly key: string
  /**
   * Whose quotas it uses: keys of one project share them. Safe to log and to send to other replicas: a name from the
   * configuration, or a digest of the key.
   */
  readonly account: string
  readonly limits?: LimitsInput | undefined
}

/** The last four characters, for telling two keys apart; none of a key so short that they would give it away. */
export function keyHint(key: string): string {
  return key.length < 12 ? '····' : key.slice(-4)
}

/** Tells keys apart without telling them. */
export function accountOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}
