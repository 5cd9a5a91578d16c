import { ProviderError } from '../adapters/provider-error.ts'
import type { Candidate } from '../choose/candidate.ts'
import type { Decision } from '../decision/decision.ts'
import type { FallbackCause } from '../select/routing-table.ts'
import { admitCall } from './admit-call.ts'
import type { CallLeave, CallRefusal } from './admit-call.ts'
import type { CallDependencies } from './call-dependencies.ts'
import type { Patience } from './patience.ts'
import { RetryTicket } from './retry-ticket.ts'

export interface Pick {
  readonly candidate: Candidate
  readonly leave: CallLeave
}

interface Refused {
  readonly candidate: Candidate
  readonly refusal: CallRefusal | BudgetRefusal
}

/** Only calls to what fails already are paid for: moving on to what is well adds no load where it hurts. */
interface BudgetRefusal {
  readonly by: 'retry-budget'
  /** undefined: not in time. */
  readonly retryAfterMs: number | undefined
}

/** A quota that will know in so short a time whether there is room is waited for before anybody else is asked. */
const MOMENT_MS = 20
const MOST_MOMENTS = 5
/** Who waits for a retry looks so often whether the deployment has got well, which makes it free. */
const LOOK_AGAIN_MS = 250

export interface PickOptions {
  /** In the order they are tried; the one that is picked is taken out. */
  readonly left: Candidate[]
  /** Who may be called where none of these may. */
  readonly standBys: { take(cause: FallbackCause): Candidate[] }
  readonly tokens: number
  /** A call was made for this request already: what follows may add to the load of something that fails. */
  readonly isExtra: boolean
  readonly patience: Patience
  readonly deadlineAt: number
  readonly signal: AbortSignal
  readonly decision: Decision
}

/** What one pick remembers from look to look. */
interface Looking extends PickOptions {
  readonly ticket: RetryTicket
  /** What the decision says already. */
  readonly told: Set<string>
}

/**
 * The first candidate that may be called now, or the first of those that stand by. Where there is none: after a wait,
 * one whose quota had no room or for which no retry was left; or the first whose breaker refused, since the last way to
 * an answer is never closed.
 * @returns the error where none may be called; undefined where none is left, or none that the budget allows
 */
export async function pickCandidate(
  options: PickOptions,
  dependencies: CallDependencies,
): Promise<Pick | ProviderError | undefined> {
  const { nowMs, retryBudget } = dependencies
  const ticket = new RetryTicket(retryBudget, nowMs)
  try {
    return await look({ ...options, ticket, told: new Set() }, dependencies)
  } finally {
    ticket.giveBack()
  }
}

async function look(
  looking: Looking,
  dependencies: CallDependencies,
): Promise<Pick | ProviderError | undefined> {
  const { nowMs, sleep } = dependencies
  const { patience, signal } = looking
  const wait = async (ms: number): Promise<void> => {
    await sleep(ms, signal)
    signal.throwIfAborted()
  }
  /** @returns false where it takes longer than the caller has */
  const waitForRoom = async (ms: number | undefined): Promise<boolean> => {
    if (ms === undefined || !patience.allows(ms) || nowMs() + ms >= looking.deadlineAt) return false
    const waitMs = Math.max(1, Math.ceil(ms))
    patience.spend(waitMs)
    tell(looking, 'waits for room')
    await wait(waitMs)
    return true
  }
  let moments = 0
  for (;;) {
    const found = scanAll(looking, dependencies, moments < MOST_MOMENTS)
    if ('leave' in found) return found
    if ('momentMs' in found) {
      moments++
      await wait(found.momentMs)
      continue
    }
    if (await waitForRoom(shortestWait(found.refused))) continue
    const forced = force(found.refused, looking, dependencies)
    if ('leave' in forced) return forced
    if (await waitForRoom(shortestWait(forced.refused))) continue
    const byQuota = [...found.refused, ...forced.refused].filter(
      ({ refusal }) => refusal.by === 'quota',
    )
    const quotaWait = shortestWait(byQuota)
    return quotaWait !== undefined || !looking.isExtra ? noRoom(quotaWait) : undefined
  }
}

/** Once, however often it is found. */
function tell({ told, decision }: Looking, what: string, deployment?: string): boolean {
  const key = `${deployment ?? ''} ${what}`
  if (told.has(key)) return false
  told.add(key)
  decision.step(what, deployment)
  return true
}

type Scanned = Pick | { readonly refused: Refused[] } | { readonly momentMs: number }

/** Those that are left; where none of them may be called, those that stand by as well. */
function scanAll(looking: Looking, dependencies: CallDependencies, isPatient: boolean): Scanned {
  const { left, standBys } = looking
  const found = scan(left, looking, dependencies, isPatient)
  if (!('refused' in found)) return found
  const added = standBys.take(causeOf(found.refused))
  left.push(...added)
  const further = scan(added, looking, dependencies, isPatient)
  return 'refused' in further ? { refused: [...found.refused, ...further.refused] } : further
}

function causeOf(refused: readonly Refused[]): FallbackCause {
  return refused.some(({ refusal }) => refusal.by === 'quota') ? 'rateLimited' : 'unavailable'
}

function scan(
  candidates: readonly Candidate[],
  looking: Looking,
  dependencies: CallDependencies,
  isPatient: boolean,
): Scanned {
  const refused: Refused[] = []
  for (const candidate of candidates) {
    const leave = admitCall(candidate, looking.tokens, dependencies)
    if (leave.type === 'refusal') {
      const { retryAfterMs } = leave
      if (isPatient && retryAfterMs !== undefined && retryAfterMs <= MOMENT_MS) {
        return { momentMs: retryAfterMs }
      }
      refused.push({ candidate, refusal: leave })
      const isNew = tell(looking, `passed over: ${leave.why}`, candidate.deployment.id)
      if (isNew) dependencies.routing.passedOver(leave.by)
      continue
    }
    const refusal = chargeRetry(candidate, looking, dependencies)
    if (refusal === undefined) return take({ candidate, leave }, looking)
    giveBack(leave)
    refused.push({ candidate, refusal })
  }
  return { refused }
}

/** Of several whose breakers refuse, the one whose turn was first. @returns what else refuses, where something does */
function force(
  refused: readonly Refused[],
  looking: Looking,
  dependencies: CallDependencies,
): Pick | { readonly refused: Refused[] } {
  const stillRefused: Refused[] = []
  for (const { candidate, refusal } of refused) {
    if (refusal.by !== 'breaker') continue
    const leave = admitCall(candidate, looking.tokens, dependencies, true)
    if (leave.type === 'refusal') {
      stillRefused.push({ candidate, refusal: leave })
      continue
    }
    const charge = chargeRetry(candidate, looking, dependencies)
    if (charge === undefined) return take({ candidate, leave }, looking)
    giveBack(leave)
    stillRefused.push({ candidate, refusal: charge })
  }
  return { refused: stillRefused }
}

/** @returns undefined where the call may be made, and is paid where it costs anything */
function chargeRetry(
  { deployment }: Candidate,
  looking: Looking,
  { breakers, routing }: CallDependencies,
): BudgetRefusal | undefined {
  if (!looking.isExtra) return undefined
  const { state, consecutiveFailures } = breakers.view(deployment.id)
  if (consecutiveFailures === 0 && (state === 'closed' || state === 'reduced')) return undefined
  const waitMs = looking.ticket.use(looking.patience.leftMs)
  if (waitMs === 0) return undefined
  if (tell(looking, 'passed over: the retry budget is spent', deployment.id)) {
    routing.passedOver('retry-budget')
  }
  return {
    by: 'retry-budget',
    retryAfterMs: waitMs === undefined ? undefined : Math.min(waitMs, LOOK_AGAIN_MS),
  }
}

function take(pick: Pick, { left }: PickOptions): Pick {
  left.splice(left.indexOf(pick.candidate), 1)
  return pick
}

function giveBack({ permit, reservation }: CallLeave): void {
  permit.settle('neutral')
  reservation.settle(undefined)
}

function shortestWait(refused: readonly Refused[]): number | undefined {
  const waits = refused.flatMap(({ refusal }) => refusal.retryAfterMs ?? [])
  return waits.length === 0 ? undefined : Math.min(...waits)
}

/** Told in whole seconds, as the header has it. */
function noRoom(waitMs: number | undefined): ProviderError {
  const retryAfterMs = waitMs === undefined ? null : Math.ceil(waitMs / 1000) * 1000
  return new ProviderError({ code: 'rate-limited', status: null, retryable: true, retryAfterMs })
}
