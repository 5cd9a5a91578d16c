import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { allowanceOf } from './allowance.ts'
import type { Allowance } from './allowance.ts'
import type { LimitSubject } from './limit-subject.ts'
import type { Standings } from './standings.ts'
import { GUESTS_TIER } from './tiers.ts'
import type { Tiers } from './tiers.ts'

/** Somebody, and what they may use. */
export interface Limited {
  readonly subject: LimitSubject
  /** The user's; of who is not signed in, the guests'. */
  readonly allowance: Allowance
  /** What all guests at one address have together: as much as one of them, so that being many gains nothing. */
  readonly shared: Allowance
}

type Caller = Pick<Principal, 'userId' | 'kind'> | null

/** From memory, but for the first time in a minute. */
export type LimitedReader = (call: {
  principal: Caller
  origin: Pick<RequestOrigin, 'address'>
}) => Promise<Limited>

export function createLimitedReader(options: {
  tiers: Pick<Tiers, 'of'>
  standings: Pick<Standings, 'of'>
  subjectOf: (principal: Caller, address: string) => LimitSubject
}): LimitedReader {
  const { tiers, standings, subjectOf } = options
  return async ({ principal, origin }) => {
    const subject = subjectOf(principal, origin.address)
    const shared = allowanceOf(tiers.of(GUESTS_TIER))
    if (principal === null) return { subject, allowance: shared, shared }
    const { tier, standing } = await standings.of(principal)
    return { subject, allowance: allowanceOf(tiers.of(tier), standing), shared }
  }
}
