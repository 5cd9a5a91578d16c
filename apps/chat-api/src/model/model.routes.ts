import type { Handlers } from '../http/register-routes.ts'
import type { Limits } from '../limits/limits.ts'
import { toModel } from './model-list.ts'
import type { ModelList } from './model-list.ts'

export function modelRoutes(dependencies: {
  models: ModelList
  limits: Pick<Limits, 'limitedOf'>
}): Pick<Handlers, 'listModels'> {
  const { models, limits } = dependencies
  return {
    async listModels(call) {
      const { allowance } = await limits.limitedOf(call)
      const { models: allowed } = allowance.tier
      const all = (await models.read()).map(toModel)
      return { models: allowed === null ? all : all.filter(({ id }) => allowed.includes(id)) }
    },
  }
}
