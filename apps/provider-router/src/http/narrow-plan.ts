import type { ServiceError } from '@brainlyx/service-kit'
import type { RoutePlan } from '../call/route-plan.ts'
import type { Candidate } from '../choose/candidate.ts'
import { refusedBy } from '../decision/decided-error.ts'

/**
 * A plan without the places that lack something; which lacked what is in its decision.
 * @param lacks what a place lacks; undefined: nothing
 * @param refusal of a plan that has no place left, by what the first of them lacks
 * @throws {DecidedError}
 */
export function narrowPlan(
  plan: RoutePlan,
  lacks: (candidate: Candidate) => string | undefined,
  refusal: (what: string) => ServiceError,
): RoutePlan {
  const chains = [plan.candidates, ...Object.values(plan.fallbacks)]
  if (chains.every((chain) => chain.every((each) => lacks(each) === undefined))) return plan
  const lacking: string[] = []
  const passes = (candidate: Candidate): boolean => {
    const what = lacks(candidate)
    if (what === undefined) return true
    lacking.push(what)
    plan.decision.step(`lacks ${what}`, candidate.deployment.id)
    return false
  }
  const candidates = plan.candidates.filter(passes)
  if (candidates.length === 0) throw refusedBy(plan.decision, refusal(lacking[0] ?? ''))
  const fallbacks = Object.entries(plan.fallbacks).map(([cause, chain]) => [
    cause,
    chain.filter(passes),
  ])
  return { ...plan, candidates, fallbacks: Object.fromEntries(fallbacks) }
}
