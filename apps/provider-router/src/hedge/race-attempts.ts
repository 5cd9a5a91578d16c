import type { ProviderError } from '../adapters/provider-error.ts'
import type { CallDependencies } from '../call/call-dependencies.ts'
import { makeAttempt } from '../call/make-attempt.ts'
import type { AttemptOptions, AttemptOutcome } from '../call/make-attempt.ts'
import { nextCandidates } from '../call/next-candidates.ts'
import type { Operation } from '../call/operation.ts'
import type { Leg } from '../call/rescue/answer-in-progress.ts'
import type { RouteEvent } from '../call/route-event.ts'
import type { Candidate } from '../choose/candidate.ts'
import type { HedgeInput } from '../config/router-file.ts'
import { hedgeDelayMs } from './hedging.ts'
import { pickRival } from './pick-rival.ts'
import { RacingAttempt } from './racing-attempt.ts'
import type { AttemptStep } from './racing-attempt.ts'

export interface Race extends AttemptOptions {
  readonly hedge: HedgeInput
  /** Who may be asked as well; the one that is, is taken out. */
  readonly left: Candidate[]
}

export interface RaceOutcome {
  /** Of the attempt that was heard. */
  readonly outcome: AttemptOutcome
  readonly candidate: Candidate
  readonly attempts: number
  /** The first has failed, and the other went on alone. */
  readonly failedFirst: ProviderError | undefined
  /** Was given up while it was well, or only slow. */
  readonly overtaken: Candidate | undefined
}

/**
 * The first attempt of a request, and, where it is late, a second at another deployment beside it: whoever has the
 * first piece of the answer is heard, and the other is given up at once. Both are announced and accounted like any
 * attempt, and both end with the caller.
 * @throws the reason of `signal`
 */
export async function* raceAttempts(
  operation: Operation,
  race: Race,
  dependencies: CallDependencies,
): AsyncGenerator<RouteEvent, RaceOutcome> {
  const { nowMs, sleep, hedging, routing } = dependencies
  const { signal, decision, left } = race
  const { streams } = operation
  const enter = (options: AttemptOptions): RacingAttempt =>
    new RacingAttempt(options.candidate, {
      signal,
      startedAt: nowMs(),
      make: (ownSignal) =>
        makeAttempt(
          operation,
          { ...options, signal: ownSignal, leg: unkept(options.leg) },
          dependencies,
        ),
    })
  const kindOf = ({ deployment }: Candidate) => ({ deploymentId: deployment.id, streams })

  hedging.budget.deposit()
  const first = enter(race)
  const entered = [first]
  let running: readonly RacingAttempt[] = entered
  let failedFirst: ProviderError | undefined
  const patience = new AbortController()
  const delayMs = hedgeDelayMs(race.hedge, kindOf(race.candidate), hedging.times)
  let late =
    delayMs === undefined ? undefined : sleep(delayMs, patience.signal).then(() => undefined)

  const hedge = (): void => {
    const tokens = operation.expectedTokens
    const rival = pickRival({ first: race.candidate, left, tokens }, dependencies)
    const silence = `silent for ${Math.round(nowMs() - first.startedAt)} ms`
    if (typeof rival === 'string') {
      routing.hedged('withheld')
      decision.step(`${silence}; not hedged: ${rival}`, race.candidate.deployment.id)
      return
    }
    const leg = {
      ...race.leg,
      why: `asked as well: ${race.candidate.deployment.id} was ${silence}`,
    }
    entered.push(enter({ ...race, ...rival, leg }))
  }

  try {
    let winner: RacingAttempt
    let step: AttemptStep
    for (;;) {
      const news = await Promise.race([
        ...running.map((each) => each.news),
        ...(late ? [late] : []),
      ])
      if (news === undefined) {
        late = undefined
        hedge()
        running = entered
        continue
      }
      ;({ racer: winner, step } = news)
      if (step.done !== true) {
        if (step.value.type === 'parts') break
        yield step.value
        winner.advance()
        continue
      }
      const [other] = running.filter((each) => each !== winner)
      if (other === undefined || step.value.type === 'completed') break
      if (winner === first && step.value.type === 'failed') {
        failedFirst = step.value.error
        // What it was refused for holds for the other as well.
        if (nextCandidates(failedFirst, first.candidate, [other.candidate]).length === 0) break
      }
      running = [other]
    }
    patience.abort()
    const [loser] = running.filter((each) => each !== winner)
    if (step.done !== true || step.value.type === 'completed') {
      for (const each of loser === undefined ? [winner] : [winner, loser]) {
        hedging.times.note(kindOf(each.candidate), nowMs() - each.startedAt)
      }
    }
    if (entered.length > 1) routing.hedged(winner === first ? 'lost' : 'won')
    // The answer does not wait for the other to be gone.
    const lastWords: RouteEvent[] = []
    const gone = loser?.giveWay().then((told) => lastWords.push(...told))
    for (; step.done !== true; step = await winner.next()) {
      yield kept(step.value, race.leg)
      yield* lastWords.splice(0)
    }
    await gone
    yield* lastWords
    return {
      outcome: step.value,
      candidate: winner.candidate,
      attempts: entered.length,
      failedFirst: winner === first ? undefined : failedFirst,
      overtaken: loser?.candidate,
    }
  } finally {
    patience.abort()
    await Promise.all(entered.map((each) => each.leave()))
  }
}

/** What the answer is made of is not known before one has won. */
function unkept(leg: Leg): Leg {
  return { ...leg, adapt: (part) => part }
}

function kept(event: RouteEvent, leg: Leg): RouteEvent {
  if (event.type !== 'parts') return event
  return { ...event, parts: event.parts.flatMap((part) => leg.adapt(part) ?? []) }
}
