import type { BreakerPermit, Breakers } from '../breaker/breakers.ts'
import type { Candidate } from '../choose/candidate.ts'
import type { Quotas, Reservation } from '../quota/quotas.ts'

/** Leave to make one call. */
export interface CallLeave {
  readonly type: 'leave'
  readonly permit: BreakerPermit
  readonly reservation: Reservation
}

export interface CallRefusal {
  readonly type: 'refusal'
  readonly by: 'breaker' | 'quota'
  /** For the decision's trace. */
  readonly why: string
  /** When it is worth asking again; undefined where nobody can say. */
  readonly retryAfterMs: number | undefined
}

/** Asks the breaker, then the quotas; takes both or neither. In memory: it takes no time. */
export function admitCall(
  candidate: Candidate,
  tokens: number,
  { breakers, quotas }: { readonly breakers: Breakers; readonly quotas: Quotas },
  force = false,
): CallLeave | CallRefusal {
  const { id } = candidate.deployment
  const permit = breakers.admit(id, force)
  if (permit === undefined) {
    return {
      type: 'refusal',
      by: 'breaker',
      why: `its breaker is ${breakers.view(id).state}`,
      retryAfterMs: undefined,
    }
  }
  const reservation = quotas.reserve(candidate.scopes, tokens)
  if ('settle' in reservation) return { type: 'leave', permit, reservation }
  permit.settle('neutral')
  return {
    type: 'refusal',
    by: 'quota',
    why:
      reservation.kind === 'paused'
        ? `its provider asked to wait (${reservation.scopeId})`
        : `no ${reservation.kind} are left of ${reservation.scopeId}`,
    retryAfterMs: reservation.retryAfterMs,
  }
}
