import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { Caller } from '../admit/authenticate.ts'
import { PATIENCE_MS } from '../call/patience.ts'
import type { RoutePlan } from '../call/route-plan.ts'
import { chooseRoute } from '../choose/choose-route.ts'
import type { ChosenRoute } from '../choose/choose-route.ts'
import type { DeploymentNeeds } from '../choose/filter/obstacle.ts'
import type { RequestNeeds } from '../choose/request-needs.ts'
import { Decision } from '../decision/decision.ts'
import type { DecisionFacts } from '../decision/decision.ts'
import type { DecisionLog } from '../decision/decision-log.ts'
import { refusedBy } from '../decision/decided-error.ts'
import { explainReason } from '../select/classify/explain-reason.ts'
import { selectModel } from '../select/select-model.ts'
import type { Selection } from '../select/select-model.ts'
import type { AppDependencies } from './app-dependencies.ts'
import type { RequestWishes } from './request-wishes.ts'

export interface RoutedRequest {
  readonly kind: 'chat' | 'embedding'
  readonly model: string
  readonly caller: Caller
  readonly wishes: RequestWishes
  readonly needs: RequestNeeds & { readonly outputTokens: number | undefined }
  readonly expectedOutputTokens: number
  readonly conversation: string | undefined
  readonly chat: ChatCompletionRequest | undefined
}

/** What of a route its decision tells. */
type DecidedRoute = Pick<ChosenRoute, 'classification' | 'order' | 'dropped'>

const NOWHERE: DecidedRoute = { classification: undefined, order: [], dropped: [] }

/**
 * From a validated request to who may answer it, with the reasons kept.
 * @throws {ServiceError} a `DecidedError` where there is such a model
 */
export function planRoute(request: RoutedRequest, dependencies: AppDependencies): RoutePlan {
  const { decisions, choosing } = dependencies
  const table = dependencies.table()
  const { settings } = table
  const selection = selectModel(table, request.model)
  const needs = { ...request.needs, residency: residencyOf(selection, request.wishes) }
  const keep = (route: DecidedRoute): Decision => {
    const decision = decide(request, { selection, needs, route }, decisions)
    decisions.keep(decision)
    return decision
  }
  const { conversation } = request
  const asked = {
    selection,
    needs,
    expectedOutputTokens: request.expectedOutputTokens,
    callerRegion: request.wishes.region,
    conversation,
    chat: request.chat,
    roundTripsMs: settings.roundTripsMs,
  }
  let route: ChosenRoute
  try {
    route = chooseRoute(asked, choosing)
  } catch (error) {
    throw error instanceof ServiceError ? refusedBy(keep(NOWHERE), error) : error
  }
  const decision = keep(route)
  return {
    candidates: route.candidates,
    fallbacks: route.fallbacks,
    deadlineMs: settings.deadlineMs,
    maxAttempts: settings.maxAttempts,
    patienceMs: request.chat?.brainlyx?.patienceMs ?? PATIENCE_MS,
    callerForgets: request.wishes.forgets,
    hedge: selection.hedge,
    decision,
    noteAnswer: (deployment, usage) => {
      if (conversation !== undefined && usage !== null) {
        choosing.warmCaches.note(conversation, deployment, usage)
      }
    },
  }
}

/** What the model's configuration allows and what the caller allows, both. */
function residencyOf(selection: Selection, wishes: RequestWishes): readonly string[] | undefined {
  if (selection.residency === undefined) return wishes.residency
  if (wishes.residency === undefined) return selection.residency
  return selection.residency.filter((region) => wishes.residency?.includes(region))
}

/** Put into words later, so it must hold nothing large until then: no message, no image. */
function decide(
  { model, kind, caller, wishes }: RoutedRequest,
  chosen: { selection: Selection; needs: DeploymentNeeds; route: DecidedRoute },
  decisions: DecisionLog,
): Decision {
  const { needs, route } = chosen
  const { inputTokens, images, tools, residency } = needs
  const { classification, order, dropped } = route
  const strategy =
    chosen.selection.kind === 'model' ? 'named by the caller' : chosen.selection.strategy
  const callerRegion = wishes.region ?? null
  const facts = (): DecisionFacts => ({
    model,
    caller: callerName(caller),
    kind,
    strategy,
    needs: {
      inputTokens,
      images,
      tools,
      callerRegion,
      residency: residency === undefined ? null : [...residency],
    },
    classification: classificationOf(classification),
    order: order.map(({ deployment, why }) => ({ deployment: deployment.id, why })),
    dropped: dropped.map(({ deployment, why }) => ({ deployment: deployment.id, why })),
  })
  return new Decision(decisions.nextId(), facts, decisions.close)
}

function classificationOf(classification: ChosenRoute['classification']) {
  if (classification === undefined) return null
  const { tier, kind, score, reasons } = classification
  return {
    tier,
    kind,
    score,
    reasons: reasons.map((reason) => ({ ...reason, why: explainReason(reason) })),
  }
}

/** Never a key: enough of its digest to tell two apart. */
function callerName(caller: Caller): string {
  return caller.kind === 'service' ? caller.service : `key ${caller.keyDigest.slice(0, 8)}`
}
