import type { ServiceError } from '@brainlyx/service-kit'
import type { RoutePlan } from '../call/route-plan.ts'
import type { Candidate } from '../choose/candidate.ts'
import { refusedBy } from '../decision/decided-error.ts'

/**
 * A plan without the places that something is in the way of; what it was is in its decision.
 * @param obstacle why a place cannot be asked; undefined: it can
 * @param refusal of a plan that has no place left
 * @throws {DecidedError}
 */
export function narrowPlan(
  plan: RoutePlan,
  obstacle: (candidate: Candidate) => string | undefined,
  refusal: () => ServiceError,
): RoutePlan {
  const passes = (candidate: Candidate): boolean => {
    const why = obstacle(candidate)
    if (why !== undefined) plan.decision.step(why, candidate.deployment.id)
    return why === undefined
  }
  const candidates = plan.candidates.filter(passes)
  if (candidates.length === 0) throw refusedBy(plan.decision, refusal())
  const fallbacks = Object.entries(plan.fallbacks).map(([cause, chain]) => [
    cause,
    chain.filter(passes),
  ])
  return { ...plan, candidates, fallbacks: Object.fromEntries(fallbacks) }
}
