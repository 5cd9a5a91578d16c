import type { Deployment } from '../../select/deployment.ts'
import { capabilityObstacle } from './capability.ts'
import { contextObstacle } from './context-size.ts'
import type { DeploymentNeeds, Obstacle } from './obstacle.ts'
import { residencyObstacle } from './residency.ts'

export interface Filtered {
  readonly kept: Deployment[]
  readonly dropped: Dropped[]
}

export interface Dropped {
  readonly deployment: Deployment
  readonly why: string
}

/**
 * Those that can take the request, in the order given. None may be left: where data may go and what a model can do are
 * not negotiable. Its size is: our count is rough, so where it rules out all of them, their providers' own decides.
 */
export function filterDeployments(
  deployments: readonly Deployment[],
  needs: DeploymentNeeds,
): Filtered {
  let able: Filtered = { kept: [...deployments], dropped: [] }
  for (const obstacle of [residencyObstacle, capabilityObstacle]) {
    able = filterBy(obstacle, able, needs)
  }
  const fitting = filterBy(contextObstacle, able, needs)
  return fitting.kept.length > 0 ? fitting : able
}

function filterBy(obstacle: Obstacle, before: Filtered, needs: DeploymentNeeds): Filtered {
  const kept: Deployment[] = []
  const dropped = [...before.dropped]
  for (const deployment of before.kept) {
    const why = obstacle(deployment, needs)
    if (why === undefined) kept.push(deployment)
    else dropped.push({ deployment, why })
  }
  return { kept, dropped }
}
