import { findModel, pricesFromUsdPerMillion } from '@brainlyx/model-catalog'
import { endpointPromisesResidency } from '../choose/filter/endpoint-residency.ts'
import type { Problem } from './interpolate.ts'
import { didYouMean } from './nearest.ts'
import type { DeploymentInput, PriceInput, RouterFile } from './router-file.ts'

/**
 * What no schema sees: names that lead nowhere, models without a price.
 * @param textAt the text at a path as the file has it, which is what messages repeat: a reference stays one
 */
export function checkReferences(
  file: RouterFile,
  textAt: (path: readonly PropertyKey[]) => string,
): Problem[] {
  return [
    ...Object.keys(file.providers).flatMap((id) => checkProvider(file, id, textAt)),
    ...file.deployments.flatMap((_, index) => checkDeployment(file, index, textAt)),
    ...Object.keys(file.models).flatMap((name) => checkModel(file, name, textAt)),
  ]
}

function checkProvider(
  file: RouterFile,
  id: string,
  textAt: (path: readonly PropertyKey[]) => string,
): Problem[] {
  const { kind, api, baseUrl, residency } = file.providers[id]!
  const problems: Problem[] = residency.flatMap((region, index) => {
    if (endpointPromisesResidency(baseUrl, region)) return []
    const path = ['providers', id, 'residency', index]
    return [{ path, message: `its endpoint does not promise to keep anything in ${textAt(path)}` }]
  })
  if (api !== undefined && kind !== 'openai') {
    problems.push({ path: ['providers', id, 'api'], message: 'is for the kind openai only' })
  }
  return problems
}

function checkDeployment(
  file: RouterFile,
  index: number,
  textAt: (path: readonly PropertyKey[]) => string,
): Problem[] {
  const problems: Problem[] = []
  const report = (key: keyof DeploymentInput, message: string): void => {
    problems.push({ path: ['deployments', index, key], message })
  }
  const shown = (key: keyof DeploymentInput): string => textAt(['deployments', index, key])
  const deployment = file.deployments[index]!
  if (file.deployments.findIndex(({ id }) => id === deployment.id) < index) {
    report('id', `${shown('id')} is there twice`)
  }
  const provider = file.providers[deployment.provider]
  if (provider === undefined) {
    const name = shown('provider')
    report(
      'provider',
      `there is no provider ${name}${didYouMean(name, Object.keys(file.providers))}`,
    )
    return problems
  }
  const anyModel = deployment.model === '*'
  if (anyModel !== deployment.id.endsWith('/*')) {
    report('model', 'is * where the id ends with /*, and only there')
  }
  if (deployment.api !== undefined && provider.kind !== 'openai') {
    report('api', 'is for providers of the kind openai only')
  }
  if (deployment.price !== undefined) {
    if (!isPrice(deployment.price)) report('price', 'is finer than a pico-dollar a token')
  } else if (!anyModel && findModel(provider.kind, deployment.model) === undefined) {
    report('model', `${shown('model')} is not in the catalogue: state its price (zero is allowed)`)
  }
  return problems
}

function isPrice(price: PriceInput): boolean {
  try {
    pricesFromUsdPerMillion({
      input: price.inputUsdPerMillion,
      output: price.outputUsdPerMillion,
      cachedInput: price.cachedInputUsdPerMillion,
      cacheWrite: price.cacheWriteUsdPerMillion,
    })
    return true
  } catch {
    return false
  }
}

function checkModel(
  file: RouterFile,
  name: string,
  textAt: (path: readonly PropertyKey[]) => string,
): Problem[] {
  const problems: Problem[] = []
  const { deployments, fallbacks } = file.models[name]!
  const byId = new Map(file.deployments.map((deployment) => [deployment.id, deployment]))
  const names = file.deployments.map((_, index) => textAt(['deployments', index, 'id']))
  if (byId.has(name)) {
    const message = `${name} is a deployment’s id too`
    problems.push({ path: ['models', name], part: 'key', message })
  }
  const checkIds = (ids: readonly string[], list: readonly PropertyKey[]): void => {
    for (const [index, id] of ids.entries()) {
      const deployment = byId.get(id)
      if (deployment !== undefined && deployment.model !== '*') continue
      const path = ['models', name, ...list, index]
      const shown = textAt(path)
      const message =
        deployment === undefined
          ? `there is no deployment ${shown}${didYouMean(shown, names)}`
          : `${shown} names no single model, so nothing can be chosen`
      problems.push({ path, message })
    }
  }
  checkIds(deployments, ['deployments'])
  for (const [cause, ids] of Object.entries(fallbacks)) checkIds(ids, ['fallbacks', cause])
  return problems
}
