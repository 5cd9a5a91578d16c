import type { ModelList } from '@brainlyx/router-contract'
import type { Express } from 'express'
import { describeDeployment, listEmbeddingModels, listModels } from '../select/list-models.ts'
import { selectModel } from '../select/select-model.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { authenticated, pathParameter } from './authenticated.ts'

/** `GET /v1/models` (what can be chatted with, or with `?kind=embedding` what makes embeddings), `GET /v1/models/:id`. Ids hold slashes, which clients escape or not. */
export function registerModels(
  app: Express,
  { authenticate, table, states }: AppDependencies,
): void {
  const isListed = (id: string): boolean => states.state(id) !== 'disabled'
  app.get(
    '/v1/models',
    authenticated(authenticate, (request, response) => {
      const list = request.query['kind'] === 'embedding' ? listEmbeddingModels : listModels
      response.json({ object: 'list', data: list(table(), isListed) } satisfies ModelList)
    }),
  )
  app.get(
    '/v1/models/*id',
    authenticated(authenticate, (request, response) => {
      const now = table()
      const id = pathParameter(request, 'id')
      const listed = listModels(now, isListed).find((model) => model.id === id)
      response.json(
        listed ?? describeDeployment(selectModel(now, id).deployments[0]!, now.simulated),
      )
    }),
  )
}
