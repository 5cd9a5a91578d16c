import type { EmbeddingInput, EmbeddingsRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import { randomUUID } from 'node:crypto'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import { embeddingInputs } from '../adapters/wire-value/embedding-inputs.ts'
import type { Caller } from '../admit/authenticate.ts'
import type { EmbeddingGroup } from '../batch/embedding-batcher.ts'
import { embeddingOperation } from '../call/embedding-operation.ts'
import type { RoutePlan } from '../call/route-plan.ts'
import { runOperation } from '../call/run-operation.ts'
import type { Candidate } from '../choose/candidate.ts'
import { estimateEmbeddingTokens } from '../choose/estimate-tokens.ts'
import { refusedBy } from '../decision/decided-error.ts'
import { selectModel } from '../select/select-model.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { planRoute } from './plan-route.ts'
import type { RequestWishes } from './request-wishes.ts'
import type { HearEvent } from './tell-with-events.ts'

/** Vectors, and where they came from. */
export interface RoutedEmbeddings extends ProviderEmbeddings {
  readonly deploymentId: string
  readonly decisionId: string
}

type Options = Pick<EmbeddingsRequest, 'model' | 'dimensions' | 'user'>

/** What embedding calls that are sent as one have in common. */
export interface RoutedGroup extends EmbeddingGroup {
  /** What they ask, but for the input. */
  readonly request: Options
  readonly caller: Caller
  readonly wishes: RequestWishes
  /** Who hears of each call that is made. */
  readonly hear?: HearEvent
}

/** Most inputs of one call: Google's limit, and OpenAI's. */
const MAX_INPUTS = { gemini: 100, other: 2_048 }

/**
 * Calls of one caller for one user, with the same options, may be put together.
 * @throws {ServiceError} where there is no such model
 */
export function groupOf(
  request: EmbeddingsRequest,
  caller: Caller,
  wishes: RequestWishes,
  { table }: Pick<AppDependencies, 'table'>,
): RoutedGroup {
  const { input, encoding_format: _format, ...options } = request
  const { deployments } = selectModel(table(), request.model)
  const mayBeGemini = deployments.some(({ provider }) => provider.kind === 'gemini')
  return {
    // One call takes either texts or tokens.
    key: JSON.stringify([caller, wishes.region, wishes.residency, options, isText(input)]),
    maxInputs: mayBeGemini ? MAX_INPUTS.gemini : MAX_INPUTS.other,
    request: options,
    caller,
    wishes,
  }
}

/** The same for one caller alone, who hears of what is called on its behalf and nothing of others'. */
export function aloneWith(group: RoutedGroup, hear: HearEvent): RoutedGroup {
  return { ...group, key: randomUUID(), hear }
}

/**
 * One upstream call for all of a batch, planned and run like any other.
 * @throws {ServiceError}
 */
export async function embedBatch(
  { group, inputs, signal }: { group: RoutedGroup; inputs: EmbeddingInput[]; signal: AbortSignal },
  dependencies: AppDependencies,
): Promise<RoutedEmbeddings> {
  const input = inputs as string[] | number[][]
  const operation = embeddingOperation({ ...group.request, input }, dependencies.adapterFor)
  const plan = planRoute(
    {
      kind: 'embedding',
      model: group.request.model,
      caller: group.caller,
      wishes: group.wishes,
      needs: {
        images: false,
        tools: false,
        // Each input by itself has to fit.
        inputTokens: Math.max(...inputs.map(estimateEmbeddingTokens)),
        outputTokens: undefined,
      },
      expectedOutputTokens: 0,
      conversation: undefined,
      chat: undefined,
    },
    dependencies,
  )
  const candidates = takersOf(input, plan, dependencies)
  let deploymentId = ''
  for await (const event of runOperation(
    operation,
    { ...plan, candidates },
    signal,
    dependencies.calls,
  )) {
    if (event.type === 'parts') deploymentId = event.candidate.deployment.id
    else await group.hear?.(event.event)
  }
  return { ...operation.result(), deploymentId, decisionId: plan.decision.id }
}

/** @throws {DecidedError} 400 where nobody takes such an input */
function takersOf(
  input: EmbeddingsRequest['input'],
  { candidates, decision }: RoutePlan,
  { adapterFor }: Pick<AppDependencies, 'adapterFor'>,
): Candidate[] {
  const embedding = candidates.filter(
    ({ deployment }) => adapterFor(deployment.api).embed !== undefined,
  )
  const takers = isText(input)
    ? embedding
    : embedding.filter(({ deployment }) => adapterFor(deployment.api).embedsTokens === true)
  if (takers.length > 0) return takers
  throw refusedBy(decision, embedding.length === 0 ? noEmbeddings() : textOnly())
}

function isText(input: EmbeddingsRequest['input']): boolean {
  return typeof embeddingInputs(input)[0] === 'string'
}

function noEmbeddings(): ServiceError {
  return new ServiceError({
    code: 'unsupported-capability',
    status: 400,
    title: 'This model makes no embeddings.',
  })
}

function textOnly(): ServiceError {
  return new ServiceError({
    code: 'unsupported-option',
    status: 400,
    title: 'This model takes no tokens.',
    detail: 'This model makes embeddings of text: send `input` as a string or a list of strings.',
    fields: [{ path: 'input', message: 'is not text' }],
  })
}
