import type { ModelPrices } from './model-prices.ts'

export type CatalogProvider = 'openai' | 'anthropic' | 'gemini' | 'groq'

export interface ModelCapabilities {
  readonly images: boolean
  readonly tools: boolean
  /** Thinks before it answers, and bills what it thought as output. */
  readonly reasoning: boolean
  /** Goes on from a last message that is the assistant's own unfinished text. */
  readonly prefill: boolean
}

/** One model as its provider sells it. */
export interface CatalogModel {
  readonly provider: CatalogProvider
  readonly kind: 'chat' | 'embedding'
  /** The provider's own name, in the form that does not age: `claude-sonnet-4-5`, not its dated snapshot. */
  readonly id: string
  /** Other names of the same model that cannot be derived from `id`. */
  readonly aliases: readonly string[]
  /** What people read in a picker. */
  readonly name: string
  /** Question and answer together. */
  readonly contextTokens: number
  /** The longest answer; 0 for an embedding model. */
  readonly outputTokens: number
  readonly capabilities: ModelCapabilities
  readonly prices: ModelPrices
}

type Capability = keyof ModelCapabilities

/** One line of a provider's list; `can` names the capabilities that the model has. */
export function chatModel(
  provider: CatalogProvider,
  id: string,
  name: string,
  facts: {
    readonly context: number
    readonly output: number
    readonly can: readonly Capability[]
    readonly aliases?: readonly string[]
    readonly prices: ModelPrices
  },
): CatalogModel {
  const has = (capability: Capability) => facts.can.includes(capability)
  return {
    provider,
    kind: 'chat',
    id,
    aliases: facts.aliases ?? [],
    name,
    contextTokens: facts.context,
    outputTokens: facts.output,
    capabilities: {
      images: has('images'),
      tools: has('tools'),
      reasoning: has('reasoning'),
      prefill: has('prefill'),
    },
    prices: facts.prices,
  }
}

export function embeddingModel(
  provider: CatalogProvider,
  id: string,
  name: string,
  facts: { readonly context: number; readonly prices: ModelPrices },
): CatalogModel {
  return {
    provider,
    kind: 'embedding',
    id,
    aliases: [],
    name,
    contextTokens: facts.context,
    outputTokens: 0,
    capabilities: { images: false, tools: false, reasoning: false, prefill: false },
    prices: facts.prices,
  }
}
