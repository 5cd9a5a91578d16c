import type { Deployment } from '../../select/deployment.ts'
import type { RequestNeeds } from '../request-needs.ts'

export interface DeploymentNeeds extends RequestNeeds {
  /** The longest answer that the caller asked for; undefined: not said. */
  readonly outputTokens: number | undefined
  /** Only where one of these regions is promised; undefined: anywhere. */
  readonly residency: readonly string[] | undefined
}

/** Why a deployment cannot take a request, for the person who reads the decision's trace; undefined: it can. */
export type Obstacle = (deployment: Deployment, needs: DeploymentNeeds) => string | undefined
