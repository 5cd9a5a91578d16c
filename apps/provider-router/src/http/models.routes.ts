import type { ModelList } from '@brainlyx/router-contract'
import type { Express } from 'express'
import { describeDeployment, listModels } from '../select/list-models.ts'
import { selectModel } from '../select/select-model.ts'
import type { AppDependencies } from './app-dependencies.ts'

/** `GET /v1/models`, `GET /v1/models/:id`. Ids hold slashes, which clients escape or not. */
export function registerModels(app: Express, { authenticate, table }: AppDependencies): void {
  app.get('/v1/models', async (request, response) => {
    await authenticate(request.get('authorization'))
    response.json({ object: 'list', data: listModels(table()) } satisfies ModelList)
  })
  app.get('/v1/models/*id', async (request, response) => {
    await authenticate(request.get('authorization'))
    const now = table()
    const id = request.params.id.join('/')
    const listed = listModels(now).find((model) => model.id === id)
    response.json(listed ?? describeDeployment(selectModel(now, id).deployments[0]!, now.simulated))
  })
}
