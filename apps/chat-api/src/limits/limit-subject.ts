import type { Pseudonymizer } from '@brainlyx/db'
import { userSubject } from '@brainlyx/turn-engine'
import { addressGroup } from '../http/client-address.ts'
import type { Principal } from '../http/principal.ts'

/** Whom requests count for: names in keys, which outlive a user for a day and so are pseudonyms. */
export interface LimitSubject {
  /** `user:<pseudonym>`; the same by a page and by a key. Absent: nobody is signed in. */
  readonly user: string | undefined
  /**
   * `address:<pseudonym>`, where the address counts: for guests, whom anybody can be anew at any time, and for who is
   * not signed in. A member is not punished for who else is at the address.
   */
  readonly address: string | undefined
}

/** @param options.exemptLoopback on a laptop everybody is the same address */
export function createSubjects(options: {
  pseudonymOf: Pseudonymizer
  exemptLoopback: boolean
}): (principal: Pick<Principal, 'userId' | 'kind'> | null, address: string) => LimitSubject {
  const { pseudonymOf, exemptLoopback } = options
  return (principal, address) => {
    const user = principal === null ? undefined : userSubject(pseudonymOf, principal.userId)
    if (principal?.kind === 'member') return { user, address: undefined }
    const group = addressGroup(address)
    const isExempt = exemptLoopback && isLoopback(group)
    return { user, address: isExempt ? undefined : `address:${pseudonymOf(group)}` }
  }
}

/** @param group of `addressGroup` */
function isLoopback(group: string): boolean {
  return group.startsWith('127.') || group === '0:0:0:0::/64'
}
