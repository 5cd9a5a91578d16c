import type { ChatCompletionRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import { unsupportedOption } from '../adapters/unsupported-option.ts'
import type { Caller } from '../admit/authenticate.ts'
import { chatOperation, expectedOutputTokens } from '../call/chat-operation.ts'
import type { Operation } from '../call/operation.ts'
import type { RouteEvent } from '../call/route-event.ts'
import type { RoutePlan } from '../call/route-plan.ts'
import { runOperation } from '../call/run-operation.ts'
import type { Candidate } from '../choose/candidate.ts'
import { conversationKey } from '../choose/conversation-key.ts'
import { needsOf } from '../choose/request-needs.ts'
import { requestIdentity } from '../share/request-identity.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { narrowPlan } from './narrow-plan.ts'
import { planRoute } from './plan-route.ts'
import type { RequestWishes } from './request-wishes.ts'

interface ChatCall {
  readonly body: ChatCompletionRequest
  readonly caller: Caller
  readonly wishes: RequestWishes
  readonly signal: AbortSignal
}

/**
 * A chat completion's way: planned, and then either run or joined to the same request's run.
 * @throws {ServiceError}
 */
export function startChat(
  call: ChatCall,
  dependencies: AppDependencies,
): { readonly events: AsyncIterable<RouteEvent>; readonly decisionId: string } {
  const { body, caller, wishes, signal } = call
  const { calls, flights } = dependencies
  const { operation, plan } = planChat(call, dependencies)
  const decisionId = plan.decision.id
  const start = (runSignal: AbortSignal): AsyncIterable<RouteEvent> =>
    runOperation(operation, plan, runSignal, calls)
  const identity = dependencies.table().settings.sharing
    ? requestIdentity({
        caller,
        request: body,
        variant: variantOf(wishes),
        declined: !wishes.mayBeShared,
      })
    : undefined
  if (identity === undefined) return { events: start(signal), decisionId }
  const follower = flights.join(identity, start, signal)
  if (!follower.joined) return { events: follower, decisionId }
  plan.decision.finish({ type: 'shared' })
  calls.routing.shared()
  return { events: withoutAttempts(follower), decisionId }
}

function planChat(
  { body, caller, wishes }: ChatCall,
  dependencies: AppDependencies,
): { operation: Operation; plan: RoutePlan } {
  const needs = needsOf(body)
  const operation = chatOperation(body, {
    streams: body.stream === true,
    inputTokens: needs.inputTokens,
    adapterFor: dependencies.adapterFor,
    images: needs.images ? dependencies.calls.images.of(body) : undefined,
  })
  const plan = planRoute(
    {
      kind: 'chat',
      model: body.model,
      caller,
      wishes,
      needs: { ...needs, outputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined },
      expectedOutputTokens: expectedOutputTokens(body),
      conversation: conversationKey(caller, body, needs.inputTokens),
      chat: body,
    },
    dependencies,
  )
  const able = narrowPlan(
    plan,
    ({ deployment }) => unsupportedOption(deployment.api, body),
    optionRefusal,
  )
  // Only a caller that reads all events can be told to forget what it has.
  if (wishes.forgets) return { operation, plan: able }
  const lacksPrefill = (candidate: Candidate): string | undefined =>
    operation.restarts(candidate) ? 'prefill' : undefined
  return { operation, plan: narrowPlan(able, lacksPrefill, prefillRefusal) }
}

function optionRefusal(option: string): ServiceError {
  return new ServiceError({
    code: 'unsupported-option',
    status: 400,
    title: 'This model does not have this option.',
    detail: `This model cannot do what \`${option}\` asks for: leave it out, or name another model.`,
    fields: [{ path: option, message: 'is not to be had of this model' }],
  })
}

function prefillRefusal(): ServiceError {
  return new ServiceError({
    code: 'prefill-unsupported',
    status: 400,
    title: 'The model cannot go on from the beginning of an answer.',
  })
}

/** What else decides what is told to a caller. */
function variantOf({ readsEvents, forgets, region, residency }: RequestWishes): string {
  return `${readsEvents} ${forgets} ${region ?? ''} ${residency?.join() ?? ''}`
}

/** Who joins another's call has made none, and pays for none. */
async function* withoutAttempts(events: AsyncIterable<RouteEvent>): AsyncGenerator<RouteEvent> {
  for await (const event of events) {
    if (event.type === 'parts' || event.event.type === 'restart') yield event
  }
}
