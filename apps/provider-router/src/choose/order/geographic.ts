import type { Deployment } from '../../select/deployment.ts'
import type { Order, OrderContext, Ordered } from './order.ts'

/** Round trips are compared in steps of this: who is a little farther away may well be faster. */
const STEP_MS = 10
/**
 * What a measurement may make of a configured round trip. Downwards not much: behind a content delivery network the
 * connection ends at its edge, near every caller, and says nothing of the way to the region behind it.
 */
const LEAST_FACTOR = 0.5
const GREATEST_FACTOR = 4

/**
 * Nearest first: the caller's own region, then by round trip from there, unknown regions last; among equals the fastest.
 * A round trip is the configured one × a factor that this replica has measured: the round trip to that provider as
 * measured, over the one configured from the replica's own region.
 */
export const geographic: Order = (deployments, context) => {
  // Callers who do not say where they are, and replicas that do not, are taken to be near each other.
  const callerRegion = context.callerRegion ?? context.replicaRegion
  const replicaRegion = context.replicaRegion ?? context.callerRegion
  return deployments
    .map((deployment) => ({
      deployment,
      isLocal: callerRegion !== undefined && deployment.provider.input.region === callerRegion,
      roundTripMs: roundTripMs(deployment, callerRegion, replicaRegion, context),
      latencyMs: context.loads.view(deployment.id).latencyMs ?? Number.MAX_VALUE,
    }))
    .sort(
      (a, b) =>
        Number(b.isLocal) - Number(a.isLocal) || steps(a) - steps(b) || a.latencyMs - b.latencyMs,
    )
    .map(toOrdered)
}

function roundTripMs(
  { provider }: Deployment,
  callerRegion: string | undefined,
  replicaRegion: string | undefined,
  { roundTripsMs, measuredRoundTripMs }: OrderContext,
): number | undefined {
  const { region } = provider.input
  const configured = (from: string | undefined): number | undefined =>
    from === undefined || region === undefined ? undefined : roundTripsMs[from]?.[region]
  const expected = configured(callerRegion)
  const fromHere = configured(replicaRegion)
  const measured = measuredRoundTripMs(provider.id)
  if (expected === undefined || fromHere === undefined || measured === undefined) return expected
  return expected * Math.min(GREATEST_FACTOR, Math.max(LEAST_FACTOR, measured / fromHere))
}

interface Placed {
  readonly deployment: Deployment
  readonly isLocal: boolean
  readonly roundTripMs: number | undefined
}

function steps({ isLocal, roundTripMs }: Placed): number {
  if (roundTripMs === undefined) return isLocal ? 0 : Number.MAX_VALUE
  return Math.round(roundTripMs / STEP_MS)
}

function toOrdered({ deployment, isLocal, roundTripMs }: Placed): Ordered {
  const region = deployment.provider.input.region ?? 'region not known'
  const distance =
    roundTripMs === undefined ? 'round trip not known' : `${Math.round(roundTripMs)} ms away`
  return {
    deployment,
    score: roundTripMs ?? null,
    why: isLocal ? `${region}, the caller’s own region` : `${region}, ${distance}`,
  }
}
