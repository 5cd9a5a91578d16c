import type { AuditEntry, Pseudonymizer } from '@brainlyx/db'
import { currentTrace } from '@brainlyx/service-kit'
import type { Principal } from '../http/principal.ts'
import type { RequestOrigin } from '../http/request-origin.ts'

/** Who does something as an administrator, and from where. */
export interface AdminCall {
  readonly principal: Principal
  readonly origin: RequestOrigin
}

/** An entry of the audit log for what an administrator has done. @param event.subject the user's id it was done to */
export function adminAudit(
  pseudonymOf: Pseudonymizer,
  { principal, origin }: AdminCall,
  event: { action: string; subject?: string; details?: AuditEntry['details'] },
): AuditEntry {
  const { action, subject, details } = event
  return {
    actorKind: 'admin',
    actor: pseudonymOf(principal.userId),
    address: pseudonymOf(origin.address),
    action,
    outcome: 'completed',
    ...(subject === undefined ? {} : { subject: pseudonymOf(subject) }),
    ...(details === undefined ? {} : { details }),
    traceId: currentTrace()?.traceId,
  }
}
