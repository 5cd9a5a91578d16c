import type { Tier } from '../../config/router-file.ts'
import type { DeploymentLoads } from '../../load/deployment-load.ts'
import type { Deployment } from '../../select/deployment.ts'
import type { RequestNeeds } from '../request-needs.ts'
import type { WarmDeployment } from './warm-cache.ts'

/**
 * A strategy: the same deployments in the order in which they are to be tried. None is left out, since the last one may
 * be the one that answers.
 */
export type Order = (deployments: readonly Deployment[], context: OrderContext) => Ordered[]

/** A deployment in its place. */
export interface Ordered {
  readonly deployment: Deployment
  /** What the strategy compared; null where it compared nothing. */
  readonly score: number | null
  /** For the person who reads the decision's trace. */
  readonly why: string
}

/** What strategies may look at. */
export interface OrderContext {
  /** The virtual model's id: whose turn it is is counted for each by itself. */
  readonly modelId: string
  readonly needs: RequestNeeds
  /** How much the request asks of a model. */
  readonly tier: Tier
  readonly expectedOutputTokens: number
  /** Who keeps this conversation's prompt. */
  readonly warm: WarmDeployment | undefined
  readonly loads: DeploymentLoads
  /** The share of its usual traffic that a deployment should get, 0 to 1. */
  readonly breakerWeight: (deploymentId: string) => number
  /** What is left of its quota, 0 to 1. */
  readonly headroom: (deployment: Deployment) => number
  readonly callerRegion: string | undefined
  /** Where this replica runs. */
  readonly replicaRegion: string | undefined
  /** From callers' regions to providers'. */
  readonly roundTripsMs: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** From this replica, as measured; undefined: not yet. */
  readonly measuredRoundTripMs: (providerId: string) => number | undefined
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
}
