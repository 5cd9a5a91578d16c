import { ServiceError } from '@brainlyx/service-kit'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ProviderErrorCode } from '../adapters/provider-error.ts'
import type { Candidate } from '../choose/candidate.ts'
import { refusedBy } from '../decision/decided-error.ts'
import { raceAttempts } from '../hedge/race-attempts.ts'
import type { RaceOutcome } from '../hedge/race-attempts.ts'
import type { FallbackCause } from '../select/routing-table.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { makeAttempt } from './make-attempt.ts'
import type { AttemptOutcome } from './make-attempt.ts'
import { fallbackCauseOf, nextCandidates } from './next-candidates.ts'
import type { Operation } from './operation.ts'
import { Patience } from './patience.ts'
import { pickCandidate } from './pick-candidate.ts'
import { AnswerInProgress } from './rescue/answer-in-progress.ts'
import { retryDelayMs } from './retry-delay.ts'
import { RouteFailure, mostTelling } from './route-failure.ts'
import type { RouteEvent } from './route-event.ts'
import type { RoutePlan } from './route-plan.ts'

/** Failures after which an answer that was begun is finished elsewhere. */
const RESCUED: ReadonlySet<ProviderErrorCode> = new Set([
  'stream-cut',
  'stream-error',
  'timeout',
  'connection-failed',
  'overloaded',
  'provider-unavailable',
  'rate-limited',
])

/** What a provider says that takes no beginning after all. */
const REFUSES_BEGINNING: ReadonlySet<ProviderErrorCode> = new Set([
  'prefill-unsupported',
  'invalid-request',
])

/**
 * Tries the candidates in order until the answer is whole, within one deadline. What a call sent before it delivered
 * is never seen. An answer that breaks off is gone on with elsewhere, or begun again. Where nothing else is left, the
 * last may be tried once more.
 * @throws {RouteFailure}, or the reason of `signal`
 */
export async function* runOperation(
  operation: Operation,
  plan: RoutePlan,
  signal: AbortSignal,
  dependencies: CallDependencies,
): AsyncGenerator<RouteEvent> {
  const { nowMs, random, sleep, retryBudget, routing } = dependencies
  const { decision, maxAttempts, callerForgets } = plan
  const hedge = operation.mayHedge && maxAttempts > 1 ? plan.hedge : undefined
  const deadlineAt = nowMs() + plan.deadlineMs
  const answer = new AnswerInProgress(operation, { callerForgets })
  const failures: ProviderError[] = []
  const standBys = new StandBys(plan)
  let left = [...plan.candidates]
  let attempts = 0
  const patience = new Patience(plan.patienceMs)
  let mayRetry = true
  retryBudget.deposit()
  try {
    const [first] = plan.candidates
    if (operation.prepare !== undefined && first !== undefined) {
      await operation.prepare(first, signal).catch((error: unknown) => {
        throw error instanceof ServiceError ? refusedBy(decision, error) : error
      })
    }
    while (attempts < maxAttempts && nowMs() < deadlineAt) {
      if (answer.isBegun) {
        left = goingOnFirst(left, answer)
        patience.forAnswerInProgress()
      }
      const isExtra = attempts > 0
      const tokens = operation.expectedTokens
      const pick = await pickCandidate(
        { left, standBys, tokens, isExtra, patience, deadlineAt, signal, decision },
        dependencies,
      )
      if (pick === undefined) break
      if (pick instanceof ProviderError) {
        failures.push(pick)
        break
      }
      let { candidate } = pick
      const leg = answer.nextLeg(candidate)
      if (answer.isBegun) routing.rescued(leg.goOnFrom === undefined ? 'begun-again' : 'gone-on')
      attempts++
      const options = { ...pick, signal, deadlineAt, decision, leg }
      let outcome: AttemptOutcome
      if (hedge === undefined || isExtra || answer.isBegun) {
        outcome = yield* makeAttempt(operation, options, dependencies)
      } else {
        const race = yield* raceAttempts(operation, { ...options, hedge, left }, dependencies)
        attempts += race.attempts - 1
        left = afterRace(race, candidate, left, failures)
        ;({ candidate, outcome } = race)
      }
      if (outcome.type === 'completed') {
        decision.finish({ type: 'answered', deployment: candidate.deployment.id })
        plan.noteAnswer(candidate.deployment, outcome.end.usage)
        return
      }
      if (outcome.type === 'useless') {
        decision.step(
          'its answer is not the one the caller has the beginning of',
          candidate.deployment.id,
        )
        break
      }
      const { error, delivered } = outcome
      failures.push(error)
      if (delivered) {
        answer.carry(outcome.end.usage)
        if (!RESCUED.has(error.code)) break
        // It got further: worth another call, within the budget.
        mayRetry = true
      }
      if (leg.goOnFrom !== undefined && !delivered && REFUSES_BEGINNING.has(error.code)) {
        answer.noteRefusedPrefill(candidate)
        left.push(candidate)
        continue
      }
      left = nextCandidates(error, candidate, left)
      if (left.length === 0) left = standBys.take(fallbackCauseOf(error))
      // One that is well and busy may be asked as often as there is patience for.
      const mayAskAgain = mayRetry || (error.code === 'rate-limited' && patience.leftMs > 0)
      if (left.length > 0 || !mayAskAgain) continue
      const delayMs = retryDelayMs(error, random(), delivered, patience.leftMs)
      if (delayMs === undefined || nowMs() + delayMs >= deadlineAt) break
      mayRetry = false
      patience.spend(delayMs)
      decision.step(`waited ${Math.ceil(delayMs)} ms to try it again`, candidate.deployment.id)
      await sleep(delayMs, signal)
      signal.throwIfAborted()
      left.push(candidate)
    }
    const failure = new RouteFailure(mostTelling(failures), attempts, decision.id)
    decision.finish({ type: 'failed', code: failure.code })
    throw failure
  } finally {
    // Holds where nothing else has been said by then: the caller has gone.
    decision.finish({ type: 'abandoned' })
  }
}

/** Who is left once one of two has been heard. */
function afterRace(
  { failedFirst, overtaken }: RaceOutcome,
  first: Candidate,
  left: readonly Candidate[],
  failures: ProviderError[],
): Candidate[] {
  if (failedFirst === undefined) return overtaken === undefined ? [...left] : [...left, overtaken]
  failures.push(failedFirst)
  return nextCandidates(failedFirst, first, left)
}

/** Those that can go on with the answer before those that would begin it again. */
function goingOnFirst(left: readonly Candidate[], answer: AnswerInProgress): Candidate[] {
  return [
    ...left.filter((candidate) => answer.canGoOn(candidate)),
    ...left.filter((candidate) => !answer.canGoOn(candidate)),
  ]
}

/** The fallback chains of a plan, each used once. */
class StandBys {
  readonly #left: {
    -readonly [cause in keyof RoutePlan['fallbacks']]: RoutePlan['fallbacks'][cause]
  }
  readonly #known: Set<Candidate>

  constructor({ candidates, fallbacks }: RoutePlan) {
    this.#left = { ...fallbacks }
    this.#known = new Set(candidates)
  }

  /** @param cause undefined: nobody stands by for that */
  take(cause: FallbackCause | undefined): Candidate[] {
    if (cause === undefined) return []
    const chain = [...(this.#left[cause] ?? []), ...(this.#left.any ?? [])]
    delete this.#left[cause]
    delete this.#left.any
    const next = chain.filter((candidate) => !this.#known.has(candidate))
    for (const candidate of next) this.#known.add(candidate)
    return next
  }
}
