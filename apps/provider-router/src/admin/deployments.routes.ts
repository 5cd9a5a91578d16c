import { DeploymentStateInput } from '@brainlyx/router-contract'
import type { DeploymentStateChange, DeploymentStatusList } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Logger } from '@brainlyx/service-kit'
import type { Express } from 'express'
import type { Authenticate } from '../admit/authenticate.ts'
import { validate } from '../admit/validate.ts'
import { pathParameter } from '../http/authenticated.ts'
import type { Deployment } from '../select/deployment.ts'
import type { RoutingTable } from '../select/routing-table.ts'
import { administrating } from './administrating.ts'
import type { DeploymentStates } from './deployment-states.ts'
import { describeStatus } from './deployment-status.ts'
import type { DeploymentViews } from './deployment-status.ts'
import { findDeployment } from './find-deployment.ts'

export interface DeploymentAdministration extends DeploymentViews {
  readonly authenticate: Authenticate
  readonly table: () => RoutingTable
  readonly logger: Logger
}

/** `GET /admin/deployments`, `PUT /admin/deployments/:id`: for administrators only. */
export function registerDeploymentAdministration(
  app: Express,
  dependencies: DeploymentAdministration,
): void {
  const { authenticate, table, states, logger } = dependencies

  const list = administrating(authenticate, (_request, response) => {
    response.json({
      deployments: administered(table(), states).map((deployment) =>
        describeStatus(deployment, dependencies),
      ),
    } satisfies DeploymentStatusList)
  })

  const set = administrating(authenticate, async (request, response, administrator) => {
    const { state } = validate(DeploymentStateInput, request.body)
    const deployment = findDeployment(table(), pathParameter(request, 'id'))
    if (deployment === undefined) {
      throw new ServiceError({
        code: 'deployment-not-found',
        status: 404,
        title: 'There is no such deployment.',
      })
    }
    const { id } = deployment
    const before = states.state(id)
    const holdsFor = await states.set(id, state, { by: administrator })
    logger.info(
      { deployment: id, before, state, by: administrator, holdsFor },
      'the state of a deployment was set',
    )
    response.json({
      deployment: describeStatus(deployment, dependencies),
      holdsFor,
    } satisfies DeploymentStateChange)
  })

  app.get('/admin/deployments', list)
  app.put('/admin/deployments/*id', set)
}

/** All that the configuration names, and those that a wildcard makes where they are not active. */
function administered(table: RoutingTable, states: DeploymentStates): Deployment[] {
  const named = [
    ...table.deployments.values(),
    ...table.wildcards.map((wildcard) => wildcard.at('*')),
  ]
  const ids = new Set(named.map(({ id }) => id))
  const made = states.list().flatMap(({ id }) => {
    const deployment = ids.has(id) ? undefined : findDeployment(table, id)
    return deployment === undefined ? [] : [deployment]
  })
  return [...named, ...made]
}
