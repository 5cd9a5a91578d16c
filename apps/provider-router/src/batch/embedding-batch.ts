import type { EmbeddingInput } from '@brainlyx/router-contract'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ProviderErrorCode } from '../adapters/provider-error.ts'
import type { BatchLimits } from './cut-inputs.ts'
import type { EmbeddingPart } from './embedding-part.ts'
import { shareOut } from './share-out.ts'

/** One upstream call: a vector for each input, in order. Aborting `signal` ends it. */
export type SendInputs<Embeddings> = (
  inputs: EmbeddingInput[],
  signal: AbortSignal,
) => Promise<Embeddings>

/** What may be the fault of one caller's inputs; the last, of their having been put together. */
const FAULTS_OF_ONE: readonly ProviderErrorCode[] = [
  'invalid-request',
  'context-too-long',
  'content-filtered',
  'request-exceeds-limit',
]

/** The inputs of several callers, gathered and then sent as one call, which ends early when all of them have gone. */
export class EmbeddingBatch<Embeddings extends ProviderEmbeddings> {
  readonly #limits: BatchLimits
  readonly #onDeserted: () => void
  readonly #parts = new Set<EmbeddingPart<Embeddings>>()
  readonly #controller = new AbortController()
  #sent = false
  #inputs = 0
  #tokens = 0

  /** @param onDeserted all have gone before it was sent */
  constructor(limits: BatchLimits, onDeserted: () => void) {
    this.#limits = limits
    this.#onDeserted = onDeserted
  }

  get isFull(): boolean {
    return this.#inputs >= this.#limits.maxInputs || this.#tokens >= this.#limits.maxTokens
  }

  hasRoomFor({ inputs, tokens }: EmbeddingPart<Embeddings>): boolean {
    const { maxInputs, maxTokens } = this.#limits
    return this.#inputs + inputs.length <= maxInputs && this.#tokens + tokens <= maxTokens
  }

  add(part: EmbeddingPart<Embeddings>): void {
    this.#parts.add(part)
    this.#inputs += part.inputs.length
    this.#tokens += part.tokens
    part.onGone = (reason) => this.#leave(part, reason)
  }

  /** Answers every part, in one way or the other; throws nothing. */
  async send(send: SendInputs<Embeddings>): Promise<void> {
    this.#sent = true
    const parts = [...this.#parts]
    const inputs = parts.flatMap((part) => part.inputs)
    try {
      const embeddings = await send(inputs, this.#controller.signal)
      // A vector too few or too many, and every caller after it would get another's.
      if (embeddings.vectors.length !== inputs.length) throw miscounted()
      handOut(embeddings, parts)
    } catch (error) {
      const rest = [...this.#parts]
      if (parts.length === 1 || !mayBeOneCallersFault(error)) {
        for (const part of rest) part.reject(error)
      } else await Promise.all(rest.map((part) => sendAlone(part, this.#limits, send)))
    }
  }

  #leave(part: EmbeddingPart<Embeddings>, reason: unknown): void {
    this.#parts.delete(part)
    this.#inputs -= part.inputs.length
    this.#tokens -= part.tokens
    if (this.#parts.size > 0) return
    if (this.#sent) this.#controller.abort(reason)
    else this.#onDeserted()
  }
}

function sendAlone<Embeddings extends ProviderEmbeddings>(
  part: EmbeddingPart<Embeddings>,
  limits: BatchLimits,
  send: SendInputs<Embeddings>,
): Promise<void> {
  const batch = new EmbeddingBatch<Embeddings>(limits, () => undefined)
  batch.add(part)
  return batch.send(send)
}

function handOut<Embeddings extends ProviderEmbeddings>(
  embeddings: Embeddings,
  parts: readonly EmbeddingPart<Embeddings>[],
): void {
  const { vectors, inputTokens } = embeddings
  const weights = parts.map(({ tokens }) => tokens)
  const shares = inputTokens === null ? undefined : shareOut(inputTokens, weights)
  let from = 0
  for (const [index, part] of parts.entries()) {
    const to = from + part.inputs.length
    part.resolve({
      ...embeddings,
      vectors: vectors.slice(from, to),
      inputTokens: shares?.[index] ?? null,
    })
    from = to
  }
}

/** A provider's failure and what a route makes of it have the same words for these. */
function mayBeOneCallersFault(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && FAULTS_OF_ONE.some((code) => code === error.code)
  )
}

function miscounted(): ProviderError {
  return new ProviderError({ code: 'provider-unavailable', status: null, retryable: true })
}
