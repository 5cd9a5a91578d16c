import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { DeploymentStates } from '../admin/deployment-states.ts'
import type { Breakers } from '../breaker/breakers.ts'
import type { RouterFile, Strategy } from '../config/router-file.ts'
import type { CredentialHealth } from '../credential/credential-health.ts'
import type { DeploymentLoads } from '../load/deployment-load.ts'
import type { Quotas } from '../quota/quotas.ts'
import { classifyRequest } from '../select/classify/classify-request.ts'
import type { Classification } from '../select/classify/classification.ts'
import type { Deployment } from '../select/deployment.ts'
import { hasKey } from '../select/select-model.ts'
import type { Selection } from '../select/select-model.ts'
import { candidatesOf, headroomOf } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import { filterDeployments } from './filter/filter-deployments.ts'
import type { DeploymentNeeds } from './filter/obstacle.ts'
import type { Order, OrderContext, Ordered } from './order/order.ts'
import type { WarmCaches } from './order/warm-cache.ts'
import { orderCredentials } from './order-credentials.ts'

/** What choosing knows beside the request. */
export interface ChooseDependencies {
  readonly orders: Readonly<Record<Strategy, Order>>
  readonly warmCaches: WarmCaches
  readonly health: CredentialHealth
  readonly breakers: Breakers
  readonly quotas: Quotas
  readonly loads: DeploymentLoads
  readonly states: Pick<DeploymentStates, 'state'>
  readonly replicaRegion: string | undefined
  readonly measuredRoundTripMs: (providerId: string) => number | undefined
  readonly random: () => number
}

export interface RouteRequest {
  readonly selection: Selection
  readonly needs: DeploymentNeeds
  readonly expectedOutputTokens: number
  readonly callerRegion: string | undefined
  /** Stays the same for a conversation; undefined: too short for any prompt cache. */
  readonly conversation: string | undefined
  /** For the strategies that ask what it is; undefined where it is no chat. */
  readonly chat: ChatCompletionRequest | undefined
  readonly roundTripsMs: RouterFile['roundTripsMs']
}

export interface ChosenRoute {
  readonly candidates: readonly Candidate[]
  readonly fallbacks: Readonly<Partial<Record<keyof Selection['fallbacks'], readonly Candidate[]>>>
  readonly order: readonly Ordered[]
  readonly dropped: readonly { readonly deployment: Deployment; readonly why: string }[]
  readonly classification: Classification | undefined
}

/**
 * The places to try, in order. A caller who named a model gets that model, and its provider's word on whether it can;
 * of a virtual model those that cannot are left out, and its strategy orders the rest.
 * @throws {ServiceError} 400 `unsupported-capability`, `residency-not-promised`; 503 `deployment-draining`
 */
export function chooseRoute(request: RouteRequest, dependencies: ChooseDependencies): ChosenRoute {
  const { selection } = request
  const active = activeOf(selection, dependencies)
  const needs = selection.kind === 'virtual' ? request.needs : residencyOnly(request.needs)
  const { kept, dropped } = filterDeployments(active, needs)
  if (kept.length === 0) throw refusal(request.needs, dropped)
  const classification = classify(request)
  const order =
    kept.length === 1 && selection.kind === 'model'
      ? [{ deployment: kept[0]!, score: null, why: 'the caller named it' }]
      : dependencies.orders[selection.strategy](
          kept,
          contextOf(request, classification, dependencies),
        )
  return {
    candidates: candidatesIn(
      order.map(({ deployment }) => deployment),
      dependencies,
    ),
    fallbacks: fallbacksOf(request, dependencies),
    order,
    dropped,
    classification,
  }
}

/** Where all are taken out of service, who stands by for them. */
function activeOf(selection: Selection, { states }: ChooseDependencies): readonly Deployment[] {
  const isActive = ({ id }: Deployment): boolean => states.state(id) === 'active'
  const active = selection.deployments.filter(isActive)
  if (active.length > 0) return active
  const { unavailable = [], any = [] } = selection.fallbacks
  const standingBy = [...new Set([...unavailable, ...any])].filter(
    (deployment) => hasKey(deployment) && isActive(deployment),
  )
  if (standingBy.length > 0) return standingBy
  throw new ServiceError({
    code: 'deployment-draining',
    status: 503,
    title: 'This model takes no new requests.',
    detail: 'An administrator has taken every deployment of this model out of service.',
    retryable: true,
  })
}

/** Where data may go holds for models that the caller named, too. */
function residencyOnly({ residency }: DeploymentNeeds): DeploymentNeeds {
  return { images: false, tools: false, inputTokens: 0, outputTokens: undefined, residency }
}

function classify({ selection, chat }: RouteRequest): Classification | undefined {
  const asks = selection.strategy === 'auto' || selection.strategy === 'cheapest'
  return asks && chat !== undefined ? classifyRequest(chat) : undefined
}

function contextOf(
  request: RouteRequest,
  classification: Classification | undefined,
  dependencies: ChooseDependencies,
): OrderContext {
  const { breakers, quotas, loads, warmCaches, random } = dependencies
  return {
    modelId: request.selection.id,
    needs: request.needs,
    tier: classification?.tier ?? 'medium',
    expectedOutputTokens: request.expectedOutputTokens,
    warm: request.conversation === undefined ? undefined : warmCaches.find(request.conversation),
    loads,
    breakerWeight: (id) => breakers.view(id).weight,
    headroom: (deployment) => headroomOf(deployment, quotas),
    callerRegion: request.callerRegion,
    replicaRegion: dependencies.replicaRegion,
    roundTripsMs: request.roundTripsMs,
    measuredRoundTripMs: dependencies.measuredRoundTripMs,
    random,
  }
}

function candidatesIn(
  deployments: readonly Deployment[],
  dependencies: ChooseDependencies,
): Candidate[] {
  return orderCredentials(
    deployments.flatMap((deployment) => candidatesOf(deployment)),
    dependencies,
  )
}

function fallbacksOf(
  { selection, needs }: RouteRequest,
  dependencies: ChooseDependencies,
): ChosenRoute['fallbacks'] {
  const { states } = dependencies
  const chains = Object.entries(selection.fallbacks).map(([cause, deployments]) => {
    const usable = deployments.filter(
      (deployment) => hasKey(deployment) && states.state(deployment.id) === 'active',
    )
    return [cause, candidatesIn(filterDeployments(usable, needs).kept, dependencies)] as const
  })
  return Object.fromEntries(chains)
}

function refusal(needs: DeploymentNeeds, dropped: ChosenRoute['dropped']): ServiceError {
  const detail = dropped.map(({ deployment, why }) => `${deployment.id} ${why}`).join('; ')
  if (
    needs.residency !== undefined &&
    filterDeployments(
      dropped.map((each) => each.deployment),
      residencyOnly(needs),
    ).kept.length === 0
  ) {
    return new ServiceError({
      code: 'residency-not-promised',
      status: 400,
      title: 'No deployment promises to keep this request where it may be.',
      detail: `No deployment of this model may take this request: ${detail}.`,
    })
  }
  return new ServiceError({
    code: 'unsupported-capability',
    status: 400,
    title: 'No model here can take this request.',
    detail: `None of this model’s deployments can take this request: ${detail}.`,
  })
}
