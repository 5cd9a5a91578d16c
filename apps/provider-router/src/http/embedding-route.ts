import type { EmbeddingsRequest } from '@brainlyx/router-contract'
import { ServiceError } from '@brainlyx/service-kit'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import type { Caller } from '../admit/authenticate.ts'
import type { EmbeddingGroup } from '../batch/embedding-batcher.ts'
import { embeddingOperation } from '../call/embedding-operation.ts'
import { runOperation } from '../call/run-operation.ts'
import { estimateTextTokens } from '../choose/estimate-tokens.ts'
import { selectModel } from '../select/select-model.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { planRoute } from './plan-route.ts'
import type { RequestWishes } from './request-wishes.ts'

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
  const { input: _input, encoding_format: _format, ...options } = request
  const { deployments } = selectModel(table(), request.model)
  const mayBeGemini = deployments.some(({ provider }) => provider.kind === 'gemini')
  return {
    key: JSON.stringify([caller, wishes.region, wishes.residency, options]),
    maxInputs: mayBeGemini ? MAX_INPUTS.gemini : MAX_INPUTS.other,
    request: options as Options,
    caller,
    wishes,
  }
}

/**
 * One upstream call for all of a batch, planned and run like any other.
 * @throws {ServiceError}
 */
export async function embedBatch(
  { group, inputs, signal }: { group: RoutedGroup; inputs: string[]; signal: AbortSignal },
  dependencies: AppDependencies,
): Promise<RoutedEmbeddings> {
  const { adapterFor, calls } = dependencies
  const operation = embeddingOperation({ ...group.request, input: inputs }, adapterFor)
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
        inputTokens: Math.max(...inputs.map(estimateTextTokens)),
        outputTokens: undefined,
      },
      expectedOutputTokens: 0,
      conversation: undefined,
      chat: undefined,
    },
    dependencies,
  )
  const candidates = plan.candidates.filter(
    ({ deployment }) => adapterFor(deployment.api).embed !== undefined,
  )
  if (candidates.length === 0) {
    throw new ServiceError({
      code: 'unsupported-capability',
      status: 400,
      title: 'This model makes no embeddings.',
    })
  }
  let deploymentId = ''
  for await (const event of runOperation(operation, { ...plan, candidates }, signal, calls)) {
    if (event.type === 'parts') deploymentId = event.candidate.deployment.id
  }
  return { ...operation.result(), deploymentId, decisionId: plan.decision.id }
}
