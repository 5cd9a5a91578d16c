import type { LoadView } from '../../load/deployment-load.ts'
import type { Deployment } from '../../select/deployment.ts'
import { moveFirst } from './first-place.ts'
import type { Order, OrderContext, Ordered } from './order.ts'

/** Share of decisions, in all, that go to somebody of whom nothing is known, or nothing new. */
const EXPLORED_SHARE = 0.05
/** A measurement this old says little. */
const STALE_MS = 60_000
/** Nothing is so fast that calls in flight would not count. */
const LEAST_MS = 1

/**
 * The lowest expected wait: peak-EWMA of the time to first token × calls in flight, this one counted (Finagle's). The
 * first place goes to the better of two taken by chance (Mitzenmacher's power of two choices): replicas that all
 * measure the same would otherwise all run to the same deployment at once.
 *
 * Who is not measured has no score. Zero would draw all traffic to it, and any other number would be made up: it stands
 * behind the measured ones (pessimistic), but gets a small share of first places with one call at a time (optimistic).
 * Where nobody is measured they are taken by fewest in flight, which spreads the first calls over all.
 */
export const lowestLatency: Order = (deployments, context) => {
  const entries = deployments.map((deployment) => toEntry(deployment, context))
  const measured = entries.filter(isMeasured).sort((a, b) => a.score - b.score)
  const unmeasured = shuffle(
    entries.filter((entry) => entry.score === null),
    context,
  ).sort((a, b) => a.load.inFlight - b.load.inFlight)
  const ordered = [...measured, ...unmeasured].map(toOrdered)
  if (measured.length === 0) return ordered

  const curious = [...unmeasured, ...measured.filter(isStale)].filter(
    ({ load }) => load.inFlight === 0,
  )
  if (curious.length > 0 && context.random() < EXPLORED_SHARE) {
    const { deployment } = curious[pick(curious.length, context)]!
    return moveFirst(ordered, deployment, ({ why }) => `tried to learn how fast it is; ${why}`)
  }
  const { deployment } = measured[betterOfTwo(measured.length, context)]!
  return moveFirst(ordered, deployment, ({ why }) => why)
}

interface Entry {
  readonly deployment: Deployment
  readonly load: LoadView
  readonly score: number | null
}

function toEntry(deployment: Deployment, { loads }: OrderContext): Entry {
  const load = loads.view(deployment.id)
  const { latencyMs, inFlight } = load
  const score = latencyMs === undefined ? null : Math.max(LEAST_MS, latencyMs) * (inFlight + 1)
  return { deployment, load, score }
}

function isMeasured(entry: Entry): entry is Entry & { readonly score: number } {
  return entry.score !== null
}

function isStale({ load }: Entry): boolean {
  return load.measuredAgoMs !== undefined && load.measuredAgoMs >= STALE_MS
}

function toOrdered({ deployment, load, score }: Entry): Ordered {
  const { latencyMs, inFlight } = load
  const latency = latencyMs === undefined ? 'not measured yet' : `${Math.round(latencyMs)} ms`
  return { deployment, score, why: `${latency}, ${inFlight} in flight` }
}

/**
 * The smaller of two different indexes, which in a sorted list is the better one. (That the second is drawn from one
 * fewer makes up for both being allowed to be the same.)
 */
function betterOfTwo(length: number, context: OrderContext): number {
  return Math.min(pick(length, context), pick(length - 1, context))
}

function pick(length: number, { random }: OrderContext): number {
  return Math.floor(random() * length)
}

function shuffle(entries: Entry[], { random }: OrderContext): Entry[] {
  if (entries.length < 2) return entries
  return entries
    .map((entry) => ({ entry, draw: random() }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ entry }) => entry)
}
