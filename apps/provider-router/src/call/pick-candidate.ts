import { ProviderError } from '../adapters/provider-error.ts'
import type { Candidate } from '../choose/candidate.ts'
import type { Decision } from '../decision/decision.ts'
import type { FallbackCause } from '../select/routing-table.ts'
import { admitCall } from './admit-call.ts'
import type { CallLeave, CallRefusal } from './admit-call.ts'
import type { CallDependencies } from './call-dependencies.ts'

export interface Pick {
  readonly candidate: Candidate
  readonly leave: CallLeave
}

interface Refused {
  readonly candidate: Candidate
  readonly refusal: CallRefusal
}

/** A caller would rather have the error than wait longer than this for a place. */
const LONGEST_WAIT_MS = 2_000
/** A quota that will know in so short a time whether there is room is waited for before anybody else is asked. */
const MOMENT_MS = 20
const MOST_MOMENTS = 5

export interface PickOptions {
  /** In the order they are tried; the one that is picked is taken out. */
  readonly left: Candidate[]
  /** Who may be called where none of these may. */
  readonly standBys: { take(cause: FallbackCause): Candidate[] }
  readonly tokens: number
  /** A call was made for this request already: what follows may add to the load of something that fails. */
  readonly isExtra: boolean
  readonly deadlineAt: number
  readonly signal: AbortSignal
  readonly decision: Decision
}

/**
 * The first candidate that may be called now, or the first of those that stand by. Where there is none: the first whose
 * breaker refused, since the last way to an answer is never closed; or, after a short wait, one whose quota had no room.
 * @returns the error where none may be called; undefined where none is left, or none that the budget allows
 */
export async function pickCandidate(
  options: PickOptions,
  dependencies: CallDependencies,
): Promise<Pick | ProviderError | undefined> {
  const { nowMs, sleep } = dependencies
  let moments = 0
  let hasWaited = false
  for (;;) {
    const found = scanAll(options, dependencies, moments < MOST_MOMENTS)
    if ('leave' in found) return found
    if ('momentMs' in found) {
      moments++
      await sleep(found.momentMs, options.signal)
      options.signal.throwIfAborted()
      continue
    }
    const wait = shortestWait(found.refused)
    const hasTime =
      wait !== undefined && wait <= LONGEST_WAIT_MS && nowMs() + wait < options.deadlineAt
    if (!hasWaited && hasTime) {
      hasWaited = true
      options.decision.step(`waited ${Math.ceil(wait)} ms for room`)
      await sleep(wait, options.signal)
      options.signal.throwIfAborted()
      continue
    }
    const forced = force(found.refused, options, dependencies)
    if (forced !== undefined) return forced
    return wait !== undefined || !options.isExtra ? noRoom(wait) : undefined
  }
}

type Scanned = Pick | { readonly refused: Refused[] } | { readonly momentMs: number }

/** Those that are left; where none of them may be called, those that stand by as well. */
function scanAll(
  options: PickOptions,
  dependencies: CallDependencies,
  isPatient: boolean,
): Scanned {
  const { left, standBys } = options
  const found = scan(left, options, dependencies, isPatient)
  if (!('refused' in found)) return found
  const added = standBys.take(causeOf(found.refused))
  left.push(...added)
  const further = scan(added, options, dependencies, isPatient)
  return 'refused' in further ? { refused: [...found.refused, ...further.refused] } : further
}

function causeOf(refused: readonly Refused[]): FallbackCause {
  return refused.some(({ refusal }) => refusal.by === 'quota') ? 'rateLimited' : 'unavailable'
}

function scan(
  candidates: readonly Candidate[],
  options: PickOptions,
  dependencies: CallDependencies,
  isPatient: boolean,
): Scanned {
  const refused: Refused[] = []
  for (const candidate of candidates) {
    const leave = admitCall(candidate, options.tokens, dependencies)
    if (leave.type === 'refusal') {
      const { retryAfterMs } = leave
      if (isPatient && retryAfterMs !== undefined && retryAfterMs <= MOMENT_MS) {
        return { momentMs: retryAfterMs }
      }
      refused.push({ candidate, refusal: leave })
      dependencies.routing.passedOver(leave.by)
      options.decision.step(`passed over: ${leave.why}`, candidate.deployment.id)
    } else if (isAffordable(candidate, options, dependencies)) {
      return take({ candidate, leave }, options)
    } else giveBack(leave)
  }
  return { refused }
}

/** Of several whose breakers refuse, the one whose turn was first. */
function force(
  refused: readonly Refused[],
  options: PickOptions,
  dependencies: CallDependencies,
): Pick | undefined {
  for (const { candidate, refusal } of refused) {
    if (refusal.by !== 'breaker') continue
    const leave = admitCall(candidate, options.tokens, dependencies, true)
    if (leave.type === 'refusal') continue
    if (isAffordable(candidate, options, dependencies)) return take({ candidate, leave }, options)
    giveBack(leave)
  }
  return undefined
}

/** Only calls to what fails already are paid for: moving on to what is well adds no load where it hurts. */
function isAffordable(
  { deployment }: Candidate,
  { isExtra, decision }: PickOptions,
  { breakers, retryBudget, routing }: CallDependencies,
): boolean {
  if (!isExtra) return true
  const { state, consecutiveFailures } = breakers.view(deployment.id)
  const isWell = consecutiveFailures === 0 && (state === 'closed' || state === 'reduced')
  if (isWell || retryBudget.withdraw()) return true
  routing.passedOver('retry-budget')
  decision.step('passed over: the retry budget is spent', deployment.id)
  return false
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
