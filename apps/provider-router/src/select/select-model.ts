import { findModel } from '@brainlyx/model-catalog'
import { ServiceError } from '@brainlyx/service-kit'
import type { Deployment } from './deployment.ts'
import type { HedgeInput, Strategy } from '../config/router-file.ts'
import type { Fallbacks, RoutingTable } from './routing-table.ts'

export interface Selection {
  /** As the caller named it. */
  readonly id: string
  /** `virtual`: the router is to choose; `model`: the caller chose. */
  readonly kind: 'virtual' | 'model'
  readonly strategy: Strategy
  /** Those of providers without a key are left out. */
  readonly deployments: readonly Deployment[]
  readonly fallbacks: Fallbacks
  readonly residency: readonly string[] | undefined
  readonly hedge: HedgeInput | undefined
}

/**
 * What a caller's `model` means: a virtual model, a deployment's id, or a provider's own name of a model.
 * @throws {ServiceError} 404 `model-not-found`, 503 `no-deployment` where it has no provider with a key
 */
export function selectModel(table: RoutingTable, model: string): Selection {
  const found = find(table, model)
  if (found === undefined) {
    throw new ServiceError({
      code: 'model-not-found',
      status: 404,
      title: 'There is no such model here.',
      detail: 'There is no such model here. `GET /v1/models` lists those there are.',
      fields: [{ path: 'model', message: 'is not known' }],
    })
  }
  const deployments = found.deployments.filter(hasKey)
  if (deployments.length > 0) return { ...found, deployments }
  throw new ServiceError({
    code: 'no-deployment',
    status: 503,
    title: 'No provider of this model has a key.',
    detail: 'No provider of this model has a key yet. An administrator can add one.',
  })
}

function find(table: RoutingTable, model: string): Selection | undefined {
  const virtual = table.virtualModels.get(model)
  if (virtual !== undefined) return { kind: 'virtual', ...virtual }
  const single = (deployments: readonly Deployment[]): Selection => ({
    id: model,
    kind: 'model',
    strategy: 'priority',
    deployments,
    fallbacks: {},
    residency: undefined,
    hedge: undefined,
  })
  const deployment = table.deployments.get(model) ?? byWildcard(table, model)
  if (deployment !== undefined) return single([deployment])
  const deployments = byBareName(table, model)
  return deployments.length > 0 ? single(deployments) : undefined
}

export function hasKey(deployment: Deployment): boolean {
  return deployment.provider.credentials.length > 0
}

function byWildcard(table: RoutingTable, model: string): Deployment | undefined {
  const wildcard = table.wildcards.find(
    ({ prefix }) => model.startsWith(prefix) && model.length > prefix.length,
  )
  return wildcard?.at(model.slice(wildcard.prefix.length))
}

/** The same model may be had at several places. A name nobody lists is taken by the only place that takes any. */
function byBareName(table: RoutingTable, model: string): Deployment[] {
  const listed = [...table.deployments.values()].filter((deployment) => deployment.model === model)
  if (listed.length > 0) return listed
  const { wildcards } = table
  const knowing = wildcards.filter(({ provider }) => findModel(provider.kind, model) !== undefined)
  if (knowing.length > 0) return knowing.map((wildcard) => wildcard.at(model))
  return wildcards.length === 1 ? [wildcards[0]!.at(model)] : []
}
