import { findModel, pricesFromUsdPerMillion } from '@brainlyx/model-catalog'
import type { ModelCapabilities, ModelPrices } from '@brainlyx/model-catalog'
import type { ProviderApi } from '../adapters/provider-adapter.ts'
import type {
  DeploymentInput,
  PriceInput,
  ProviderInput,
  RouterFile,
} from '../config/router-file.ts'
import type { ConfiguredProvider } from './configured-provider.ts'

/** Of one provider call; connecting has its own, of two seconds. */
export interface TimeLimits {
  readonly firstTokenMs: number
  readonly idleMs: number
  readonly totalMs: number
}

const DEFAULT_TIME_LIMITS: TimeLimits = { firstTokenMs: 30_000, idleMs: 15_000, totalMs: 300_000 }

/** A model at a provider. null and absent capabilities: not known, so nothing is ruled out by them. */
export interface Deployment {
  readonly id: string
  readonly provider: ConfiguredProvider
  /** The provider's own name of it. */
  readonly model: string
  readonly name: string
  readonly api: ProviderApi
  readonly isEmbedding: boolean
  readonly prices: ModelPrices | null
  readonly contextTokens: number | null
  readonly outputTokens: number | null
  readonly capabilities: Partial<ModelCapabilities>
  readonly timeLimits: TimeLimits
}

/** @param model the provider's name of it: the input's own, or the one a caller named where that is `*` */
export function buildDeployment(
  input: DeploymentInput,
  provider: ConfiguredProvider,
  file: RouterFile,
  model: string = input.model,
): Deployment {
  const known = findModel(provider.kind, model)
  return {
    id: input.id.endsWith('/*') ? `${input.id.slice(0, -1)}${model}` : input.id,
    provider,
    model,
    name: input.name ?? known?.name ?? model,
    api: apiOf(provider.input, input),
    isEmbedding: known?.kind === 'embedding',
    prices: input.price === undefined ? (known?.prices ?? null) : pricesOf(input.price),
    contextTokens: input.contextTokens ?? known?.contextTokens ?? null,
    outputTokens: input.outputTokens ?? (known?.outputTokens || null),
    capabilities: { ...known?.capabilities, ...input.capabilities },
    timeLimits: {
      ...DEFAULT_TIME_LIMITS,
      ...file.timeouts,
      ...provider.input.timeouts,
      ...input.timeouts,
    },
  }
}

/** @param deployment absent where the provider itself is meant */
export function apiOf(provider: ProviderInput, deployment?: DeploymentInput): ProviderApi {
  if (provider.kind !== 'openai') return provider.kind
  const api = deployment?.api ?? provider.api ?? 'chat-completions'
  return api === 'responses' ? 'openai-responses' : 'openai-chat'
}

function pricesOf(price: PriceInput): ModelPrices {
  return pricesFromUsdPerMillion({
    input: price.inputUsdPerMillion,
    output: price.outputUsdPerMillion,
    cachedInput: price.cachedInputUsdPerMillion,
    cacheWrite: price.cacheWriteUsdPerMillion,
  })
}
