import type { Handlers } from '../http/register-routes.ts'
import { toModel } from './model-list.ts'
import type { ModelList } from './model-list.ts'

export function modelRoutes(models: ModelList): Pick<Handlers, 'listModels'> {
  return {
    listModels: async () => ({ models: (await models.read()).map(toModel) }),
  }
}
