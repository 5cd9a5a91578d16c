import type { EmbeddingInput } from '@brainlyx/router-contract'
import type { InputSlice } from './cut-inputs.ts'

/** One caller's inputs in a batch. It ends when it is answered, or when its caller has gone. */
export class EmbeddingPart<Embeddings> {
  readonly inputs: readonly EmbeddingInput[]
  readonly tokens: number
  /** Called when the caller has gone; set by the batch that the part is in. */
  onGone: ((reason: unknown) => void) | undefined
  readonly #signal: AbortSignal
  readonly #answer = Promise.withResolvers<Embeddings>()

  /** @param signal not aborted yet */
  constructor(slice: InputSlice, signal: AbortSignal) {
    this.inputs = slice.inputs
    this.tokens = slice.tokens
    this.#signal = signal
    signal.addEventListener('abort', this.#go, { once: true })
  }

  /** @throws the reason of its caller's signal, or what it was rejected with */
  get answer(): Promise<Embeddings> {
    return this.#answer.promise
  }

  resolve(embeddings: Embeddings): void {
    this.#signal.removeEventListener('abort', this.#go)
    this.#answer.resolve(embeddings)
  }

  reject(error: unknown): void {
    this.#signal.removeEventListener('abort', this.#go)
    this.#answer.reject(error)
  }

  readonly #go = (): void => {
    this.#answer.reject(this.#signal.reason)
    this.onGone?.(this.#signal.reason)
  }
}
