import { z } from 'zod'

/**
 * `active` takes requests; `draining` takes no new ones and finishes what runs; `disabled` does the same and is in no
 * list of models.
 */
export const DeploymentState = z.enum(['active', 'draining', 'disabled'])
export type DeploymentState = z.infer<typeof DeploymentState>

/** A model at a provider, as the replica that answers sees it. */
export const DeploymentStatus = z.object({
  id: z.string(),
  provider: z.string(),
  /** The provider's own name of it; `*` stands for any that is not listed by itself. */
  model: z.string(),
  state: DeploymentState,
  /** Who made it so and when; null where nobody has. */
  changedBy: z.string().nullable(),
  changedAt: z.iso.datetime().nullable(),
  breaker: z.object({
    /** `open` gets nothing; `half-open` one probe; `reduced` and `ramping` a part of their traffic. */
    state: z.enum(['closed', 'reduced', 'open', 'half-open', 'ramping']),
    /** The share of its usual traffic that it gets, 0 to 1. */
    weight: z.number(),
    failureRate: z.number(),
    calls: z.int().nonnegative(),
    consecutiveFailures: z.int().nonnegative(),
    /** Until the next probe; null unless it is open. */
    probeInMs: z.number().nonnegative().nullable(),
  }),
  inFlight: z.int().nonnegative(),
  /** Of the first token; null where none was measured. */
  latencyMs: z.number().nullable(),
  /** What is left of its limits, 0 to 1. */
  headroom: z.number(),
  /** null where no price is known. */
  price: z.object({ inputUsdPerMillion: z.number(), outputUsdPerMillion: z.number() }).nullable(),
  tier: z.enum(['small', 'medium', 'large']),
  region: z.string().nullable(),
})
export type DeploymentStatus = z.infer<typeof DeploymentStatus>

/** `GET /admin/deployments`. */
export const DeploymentStatusList = z.object({ deployments: z.array(DeploymentStatus) })
export type DeploymentStatusList = z.infer<typeof DeploymentStatusList>

/** `PUT /admin/deployments/:id`, with or without the slashes of the id escaped. */
export const DeploymentStateInput = z.object({ state: DeploymentState })
export type DeploymentStateInput = z.infer<typeof DeploymentStateInput>

/** What it answers. */
export const DeploymentStateChange = z.object({
  deployment: DeploymentStatus,
  /** `this-replica` where the replicas share no Redis, or it is away: they hear of it when it is back. */
  holdsFor: z.enum(['all-replicas', 'this-replica']),
})
export type DeploymentStateChange = z.infer<typeof DeploymentStateChange>
