import type { RouterModel } from '@brainlyx/router-contract'
import type { Deployment } from './deployment.ts'
import type { RoutingTable, VirtualModel } from './routing-table.ts'
import { hasKey } from './select-model.ts'

/**
 * What can be chatted with now: virtual models first, then the named ones; neither wildcards nor embedding models.
 * @param isListed false for a deployment that an administrator has disabled
 */
export function listModels(
  table: RoutingTable,
  isListed: (deploymentId: string) => boolean = () => true,
): RouterModel[] {
  const isUsable = (deployment: Deployment): boolean =>
    hasKey(deployment) && isListed(deployment.id)
  const virtual = [...table.virtualModels.values()].flatMap((model) => {
    const usable = model.deployments.filter(isUsable)
    const standingBy = Object.values(model.fallbacks).flat().filter(isUsable)
    return usable.length === 0 ? [] : [describeVirtual(model, usable, standingBy, table.simulated)]
  })
  const named = [...table.deployments.values()]
    .filter((deployment) => isUsable(deployment) && !deployment.isEmbedding)
    .map((deployment) => describeDeployment(deployment, table.simulated))
  return [...virtual, ...named]
}

/** What makes embeddings now, by the names of deployments. */
export function listEmbeddingModels(
  table: RoutingTable,
  isListed: (deploymentId: string) => boolean = () => true,
): RouterModel[] {
  return [...table.deployments.values()]
    .filter((each) => each.isEmbedding && hasKey(each) && isListed(each.id))
    .map((deployment) => describeDeployment(deployment, table.simulated))
}

/** Providers do not agree on a model's date, so none is told. */
const CREATED = 0

export function describeDeployment(deployment: Deployment, simulated: boolean): RouterModel {
  const { capabilities } = deployment
  return {
    id: deployment.id,
    object: 'model',
    created: CREATED,
    owned_by: deployment.provider.id,
    brainlyx: {
      name: deployment.name,
      kind: 'model',
      simulated,
      contextTokens: deployment.contextTokens,
      outputTokens: deployment.outputTokens,
      capabilities: {
        images: capabilities.images ?? false,
        tools: capabilities.tools ?? false,
        reasoning: capabilities.reasoning ?? false,
      },
      usual: usualOf(deployment),
      dearest: dearestOf([deployment]),
    },
  }
}

/**
 * A virtual model can what any of its deployments can, since one that can is chosen; it holds what the smallest
 * holds, so that each of them can take over.
 */
function describeVirtual(
  model: VirtualModel,
  usable: readonly Deployment[],
  standingBy: readonly Deployment[],
  simulated: boolean,
): RouterModel {
  const can = (capability: 'images' | 'tools' | 'reasoning'): boolean =>
    usable.some((deployment) => deployment.capabilities[capability] === true)
  return {
    id: model.id,
    object: 'model',
    created: CREATED,
    owned_by: 'brainlyx',
    brainlyx: {
      name: model.name,
      kind: 'virtual',
      simulated,
      contextTokens: smallest(usable.map((deployment) => deployment.contextTokens)),
      outputTokens: smallest(usable.map((deployment) => deployment.outputTokens)),
      capabilities: { images: can('images'), tools: can('tools'), reasoning: can('reasoning') },
      usual: usualOf(usable[0]!),
      dearest: dearestOf([...usable, ...standingBy]),
    },
  }
}

function usualOf({ billedPrices }: Deployment): RouterModel['brainlyx']['usual'] {
  return {
    inputPicoUsdPerToken: String(billedPrices.inputPicoUsdPerToken),
    outputPicoUsdPerToken: String(billedPrices.outputPicoUsdPerToken),
  }
}

function dearestOf(deployments: readonly Deployment[]): RouterModel['brainlyx']['dearest'] {
  const prices = deployments.flatMap(({ billedPrices }) => [billedPrices, ...billedPrices.tiers])
  const most = (
    price: 'inputPicoUsdPerToken' | 'hourCacheWritePicoUsdPerToken' | 'outputPicoUsdPerToken',
  ) => prices.reduce((dearest, each) => (each[price] > dearest ? each[price] : dearest), 0n)
  const read = most('inputPicoUsdPerToken')
  // What is read may be written to the provider's cache as well, which some have paid for.
  const written = most('hourCacheWritePicoUsdPerToken')
  return {
    inputPicoUsdPerToken: String(written > read ? written : read),
    outputPicoUsdPerToken: String(most('outputPicoUsdPerToken')),
    contextTokens: largest(deployments.map((deployment) => deployment.contextTokens)),
    outputTokens: largest(deployments.map((deployment) => deployment.outputTokens)),
    isAssumed: deployments.some((deployment) => deployment.prices === null),
  }
}

/** null where one is not known: it may be the largest. */
function largest(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null)
  return known.length < counts.length ? null : Math.max(...known)
}

function smallest(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null)
  return known.length === 0 ? null : Math.min(...known)
}
