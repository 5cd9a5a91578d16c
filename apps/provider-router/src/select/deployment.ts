import { findModel, pricesFromUsdPerMillion } from '@brainlyx/model-catalog'
import type { ModelCapabilities, ModelPrices } from '@brainlyx/model-catalog'
import type { ProviderApi } from '../adapters/provider-adapter.ts'
import type {
  DeploymentInput,
  LimitsInput,
  PriceInput,
  ProviderInput,
  RouterFile,
  Tier,
} from '../config/router-file.ts'
import type { ConfiguredProvider } from './configured-provider.ts'

/** Of one provider call. `wholeMs` is of one that does not stream; the others but `connectMs` are of one that does. */
export interface TimeLimits {
  readonly connectMs: number
  readonly firstTokenMs: number
  readonly idleMs: number
  readonly totalMs: number
  readonly wholeMs: number
}

const DEFAULT_TIME_LIMITS: Omit<TimeLimits, 'wholeMs'> = {
  connectMs: 2_000,
  firstTokenMs: 30_000,
  idleMs: 15_000,
  totalMs: 300_000,
}
const DEFAULT_WHOLE_MS = 120_000

/** A model at a provider. null and absent capabilities: not known, so nothing is ruled out by them. */
export interface Deployment {
  readonly id: string
  readonly provider: ConfiguredProvider
  /** The provider's own name of it. */
  readonly model: string
  readonly name: string
  readonly api: ProviderApi
  readonly isEmbedding: boolean
  /** null: not known. */
  readonly prices: ModelPrices | null
  /** The same; where they are not known, the configured ones of unknown models. */
  readonly billedPrices: ModelPrices
  readonly contextTokens: number | null
  readonly outputTokens: number | null
  readonly capabilities: Partial<ModelCapabilities>
  readonly timeLimits: TimeLimits
  /** Of each account, for this model. */
  readonly limits: LimitsInput | undefined
  readonly weight: number
  readonly tier: Tier
}

/** @param model the provider's name of it: the input's own, or the one a caller named where that is `*` */
export function buildDeployment(
  input: DeploymentInput,
  provider: ConfiguredProvider,
  file: RouterFile,
  model: string = input.model,
): Deployment {
  const known = findModel(provider.kind, model)
  const prices = input.price === undefined ? (known?.prices ?? null) : pricesOf(input.price)
  return {
    id: input.id.endsWith('/*') ? `${input.id.slice(0, -1)}${model}` : input.id,
    provider,
    model,
    name: input.name ?? known?.name ?? model,
    api: apiOf(provider.input, input),
    isEmbedding: known?.kind === 'embedding',
    prices,
    billedPrices: prices ?? pricesOf(file.unknownPrice),
    contextTokens: input.contextTokens ?? known?.contextTokens ?? null,
    outputTokens: input.outputTokens ?? (known?.outputTokens || null),
    capabilities: { ...known?.capabilities, ...input.capabilities },
    timeLimits: timeLimitsOf(file, provider, input),
    limits: input.limits,
    weight: input.weight,
    tier: input.tier ?? tierByPrice(prices),
  }
}

/** A deployment's limits are laid over its provider's, and those over the file's. */
function timeLimitsOf(
  file: RouterFile,
  provider: ConfiguredProvider,
  input: DeploymentInput,
): TimeLimits {
  const limits = {
    ...DEFAULT_TIME_LIMITS,
    ...file.timeouts,
    ...provider.input.timeouts,
    ...input.timeouts,
  }
  return { ...limits, wholeMs: limits.wholeMs ?? Math.min(limits.totalMs, DEFAULT_WHOLE_MS) }
}

/** US dollars a million output tokens up to which a model counts as small, and as medium. */
const SMALL_MODEL_USD = 2
const MEDIUM_MODEL_USD = 10

function tierByPrice(prices: ModelPrices | null): Tier {
  if (prices === null) return 'medium'
  const usdPerMillion = Number(prices.outputPicoUsdPerToken) / 1_000_000
  if (usdPerMillion <= SMALL_MODEL_USD) return 'small'
  return usdPerMillion <= MEDIUM_MODEL_USD ? 'medium' : 'large'
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
