import type { ChatCompletionRequest, EmbeddingsRequest } from '@brainlyx/router-contract'
import type { StreamPart } from './stream-part.ts'

/** Which wire format a deployment speaks. */
export type ProviderApi = 'openai-chat' | 'openai-responses' | 'anthropic' | 'gemini' | 'groq'

/** Where and as whom to call. A value, so that the same adapter serves any number of deployments. */
export interface ProviderTarget {
  readonly api: ProviderApi
  /**
   * Without a trailing slash, as a person finds it in the provider's documents: OpenAI `https://api.openai.com/v1`,
   * Anthropic `https://api.anthropic.com`, Gemini `https://generativelanguage.googleapis.com`,
   * Groq `https://api.groq.com`.
   */
  readonly baseUrl: string
  readonly apiKey: string
  /** How long it may take to accept a connection. */
  readonly connectMs: number
  /** The provider's own name of the model. */
  readonly model: string
  /** Largest answer the model can give, for providers that want a limit with every call (Anthropic). */
  readonly outputTokenLimit: number
}

export interface ProviderCall {
  readonly target: ProviderTarget
  /** Validated. `model`, `stream` and `brainlyx` are the caller's and of no meaning to an adapter. */
  readonly request: ChatCompletionRequest
  /** The last message is the assistant's own text so far, to be continued (already trimmed at its end). */
  readonly prefill: boolean
  /** Aborting it ends the call at once; the adapter then throws the signal's reason. */
  readonly signal: AbortSignal
}

/** One provider's wire format. Knows nothing of HTTP servers, routing or retries. */
export interface ProviderAdapter {
  /**
   * Streams an answer, in the batches in which it came. `response-start` comes as soon as the provider has accepted
   * the call. The last part is `response-end`, after a `finish`; a body that ends without the provider's own finish
   * signal throws `stream-cut`.
   * @throws {ProviderError}
   */
  stream(call: ProviderCall): AsyncIterable<readonly StreamPart[]>
  /**
   * The same parts from a call that does not stream.
   * @throws {ProviderError}
   */
  complete(call: ProviderCall): Promise<StreamPart[]>
  /** `embed` takes tokens in place of text too. */
  readonly embedsTokens?: boolean
  /** Absent where the provider has none. @throws {ProviderError} */
  embed?(call: {
    readonly target: ProviderTarget
    readonly request: EmbeddingsRequest
    readonly signal: AbortSignal
  }): Promise<ProviderEmbeddings>
  /** One cheap call that proves the key works. @throws {ProviderError} */
  checkCredential(call: {
    readonly target: Omit<ProviderTarget, 'model' | 'outputTokenLimit'>
    readonly signal: AbortSignal
  }): Promise<void>
}

export interface ProviderEmbeddings {
  /** In the order of the inputs. */
  readonly vectors: readonly (readonly number[])[]
  readonly model: string
  /** null where the provider counts none (Gemini). */
  readonly inputTokens: number | null
}
