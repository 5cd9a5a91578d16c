import { admitCall } from '../call/admit-call.ts'
import type { CallDependencies } from '../call/call-dependencies.ts'
import type { Pick } from '../call/pick-candidate.ts'
import type { Candidate } from '../choose/candidate.ts'

/** Where less of a quota is left than this, it is kept for requests that have no other way. */
const ENOUGH_HEADROOM = 0.2

/**
 * Who is asked beside `first`: the next at another deployment that is well, with room in its quotas and no waiting.
 * @param left in the order they are tried; the one that is picked is taken out
 * @returns why nobody is, where nobody is
 */
export function pickRival(
  { first, left, tokens }: { first: Candidate; left: Candidate[]; tokens: number },
  dependencies: CallDependencies,
): Pick | string {
  const { hedging, retryBudget } = dependencies
  if (hedging.budget.isSpent()) return 'enough requests are hedged already'
  // Retries are short where something fails: no time for calls that nobody needs.
  if (retryBudget.isSpent()) return 'the retry budget is spent'
  for (const candidate of left) {
    if (candidate.deployment.id === first.deployment.id || !isAtEase(candidate, dependencies)) {
      continue
    }
    const leave = admitCall(candidate, tokens, dependencies)
    if (leave.type === 'refusal') continue
    hedging.budget.withdraw()
    left.splice(left.indexOf(candidate), 1)
    return { candidate, leave }
  }
  return 'no other deployment is at ease'
}

function isAtEase(
  { deployment, scopes }: Candidate,
  { breakers, quotas }: CallDependencies,
): boolean {
  const { state, consecutiveFailures } = breakers.view(deployment.id)
  return (
    state === 'closed' && consecutiveFailures === 0 && quotas.headroom(scopes) >= ENOUGH_HEADROOM
  )
}
