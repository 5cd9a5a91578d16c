import type { CredentialHealth } from '../credential/credential-health.ts'
import type { Quotas } from '../quota/quotas.ts'
import type { Candidate } from './candidate.ts'

/**
 * The same deployments in the same order; each one's keys by what is left of their quotas, so that keys are used up
 * evenly. Keys that were refused a moment ago go last of all, which finds out whether somebody mended them.
 */
export function orderCredentials(
  candidates: readonly Candidate[],
  { health, quotas, random }: { health: CredentialHealth; quotas: Quotas; random: () => number },
): Candidate[] {
  const ordered = candidates.some(hasSibling) ? spread(candidates, quotas, random) : [...candidates]
  const isRefused = ({ deployment, credential }: Candidate): boolean =>
    health.isRefused(credential, deployment.model)
  if (!ordered.some(isRefused)) return ordered
  return [...ordered.filter((each) => !isRefused(each)), ...ordered.filter(isRefused)]
}

function hasSibling({ deployment }: Candidate): boolean {
  return deployment.provider.credentials.length > 1
}

/** Equals by chance: replicas that count the same would otherwise all take the same key. */
function spread(
  candidates: readonly Candidate[],
  quotas: Quotas,
  random: () => number,
): Candidate[] {
  const places = new Map<unknown, number>()
  for (const { deployment } of candidates) {
    if (!places.has(deployment)) places.set(deployment, places.size)
  }
  return candidates
    .map((candidate) => ({
      candidate,
      place: places.get(candidate.deployment)!,
      headroom: quotas.headroom(candidate.scopes),
      draw: random(),
    }))
    .sort((a, b) => a.place - b.place || b.headroom - a.headroom || a.draw - b.draw)
    .map(({ candidate }) => candidate)
}
