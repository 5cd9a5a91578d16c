import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { addressGroup } from '../http/client-address.ts'
import { createAttempts } from '../limits/attempts.ts'
import type { Limit } from '../limits/attempts.ts'

export interface SignInLimits {
  /** Counts an attempt from an address. @throws {ServiceError} 429 `too-many-attempts` */
  countAddress(address: string): Promise<void>
  /** Counts an attempt on an account, whoever makes it. @throws {ServiceError} 429 `too-many-attempts` */
  countAccount(email: string): Promise<void>
  /** Counts a mail that somebody has sent to an address, whoever they are. @throws {ServiceError} 429 `too-many-attempts` */
  countMail(email: string): Promise<void>
  /** The account's owner has shown the password: what was counted against it is forgotten. */
  clearAccount(email: string): Promise<void>
}

/** A household or a class behind one address gets in; a list of stolen passwords does not get far. */
export const ADDRESS_LIMIT: Limit = { points: 100, durationSeconds: 10 * 60 }
export const ACCOUNT_LIMIT: Limit = { points: 10, durationSeconds: 10 * 60 }

/** Enough for whoever does not find the first; too little to fill somebody's mailbox. */
export const MAIL_LIMIT: Limit = { points: 5, durationSeconds: 60 * 60 }

/** Where others are wanted. */
export interface SignInLimitSettings {
  addressLimit?: Limit
  accountLimit?: Limit
  mailLimit?: Limit
}

/**
 * Limits sign-ins, sign-ups and new guests.
 * @param exemptLoopback on a laptop everybody is the same address
 */
export function createSignInLimits(
  options: SignInLimitSettings & { redis: Redis; exemptLoopback: boolean },
): SignInLimits {
  const {
    redis,
    exemptLoopback,
    addressLimit = ADDRESS_LIMIT,
    accountLimit = ACCOUNT_LIMIT,
    mailLimit = MAIL_LIMIT,
  } = options
  const byAddress = createAttempts({ redis, name: 'limit:sign-in:address', limit: addressLimit })
  const byAccount = createAttempts({ redis, name: 'limit:sign-in:account', limit: accountLimit })
  const byMail = createAttempts({ redis, name: 'limit:mail', limit: mailLimit })

  return {
    async countAddress(address) {
      const group = addressGroup(address)
      if (exemptLoopback && (group.startsWith('127.') || group === '0:0:0:0::/64')) return
      await byAddress.count(group)
    },
    countAccount: (email) => byAccount.count(accountKey(email)),
    countMail: (email) => byMail.count(accountKey(email)),
    clearAccount: (email) => byAccount.forget(accountKey(email)),
  }
}

/** Addresses are personal data, and Redis holds its keys in clear. */
function accountKey(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('base64url')
}
