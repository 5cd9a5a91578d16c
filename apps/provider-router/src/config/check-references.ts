import { findModel, pricesFromUsdPerMillion } from '@brainlyx/model-catalog'
import type { Problem } from './interpolate.ts'
import type { DeploymentInput, RouterFile } from './router-file.ts'

/** What no schema sees: names that lead nowhere, models without a price. */
export function checkReferences(file: RouterFile): Problem[] {
  const problems: Problem[] = []
  const ids = new Map<string, DeploymentInput>()
  for (const [index, deployment] of file.deployments.entries()) {
    const report = (key: string, message: string): void => {
      problems.push({ path: ['deployments', index, key], message })
    }
    if (ids.has(deployment.id)) report('id', `${deployment.id} is there twice`)
    ids.set(deployment.id, deployment)
    checkDeployment(file, deployment, report)
  }
  for (const [name, model] of Object.entries(file.models)) {
    if (ids.has(name)) {
      problems.push({ path: ['models', name], message: `${name} is a deployment’s id too` })
    }
    for (const [index, id] of model.deployments.entries()) {
      const deployment = ids.get(id)
      if (deployment !== undefined && deployment.model !== '*') continue
      const message =
        deployment === undefined
          ? `there is no deployment ${id}`
          : `${id} names no single model, so nothing can be chosen`
      problems.push({ path: ['models', name, 'deployments', index], message })
    }
  }
  for (const [id, provider] of Object.entries(file.providers)) {
    if (provider.api !== undefined && provider.kind !== 'openai') {
      problems.push({ path: ['providers', id, 'api'], message: 'is for the kind openai only' })
    }
  }
  return problems
}

function checkDeployment(
  file: RouterFile,
  deployment: DeploymentInput,
  report: (key: string, message: string) => void,
): void {
  const provider = file.providers[deployment.provider]
  if (provider === undefined)
    return report('provider', `there is no provider ${deployment.provider}`)
  const anyModel = deployment.model === '*'
  if (anyModel !== deployment.id.endsWith('/*')) {
    report('model', 'is * where the id ends with /*, and only there')
  }
  if (deployment.api !== undefined && provider.kind !== 'openai') {
    report('api', 'is for providers of the kind openai only')
  }
  if (deployment.price !== undefined) {
    const { inputUsdPerMillion, outputUsdPerMillion, ...cache } = deployment.price
    try {
      pricesFromUsdPerMillion({
        input: inputUsdPerMillion,
        output: outputUsdPerMillion,
        cachedInput: cache.cachedInputUsdPerMillion,
        cacheWrite: cache.cacheWriteUsdPerMillion,
      })
    } catch {
      report('price', 'is finer than a pico-dollar a token')
    }
  } else if (!anyModel && findModel(provider.kind, deployment.model) === undefined) {
    report(
      'model',
      `${deployment.model} is not in the catalogue: state its price (zero is allowed)`,
    )
  }
}
