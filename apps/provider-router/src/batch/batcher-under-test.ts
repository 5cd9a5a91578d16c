import type { EmbeddingInput } from '@brainlyx/router-contract'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ProviderErrorCode } from '../adapters/provider-error.ts'
import { createEmbeddingBatcher } from './embedding-batcher.ts'
import type { EmbeddingGroup } from './embedding-batcher.ts'
import { ManualTimers } from './manual-timers.ts'

/** An upstream call, waiting for its answer. */
export interface Sent {
  readonly group: EmbeddingGroup
  readonly inputs: EmbeddingInput[]
  readonly signal: AbortSignal
  readonly answer: PromiseWithResolvers<ProviderEmbeddings>
}

/** What the batcher waits if it is not told. */
export const WINDOW_MS = 3

/** A batcher whose timers go off and whose calls are answered when a test says so. For tests. */
export function batcherUnderTest(
  options: { windowMs?: number; maxInputs?: number; maxTokens?: number } = {},
) {
  const { windowMs, maxInputs = 2_048, maxTokens } = options
  const timers = new ManualTimers()
  const sent: Sent[] = []
  const batcher = createEmbeddingBatcher({
    send(call) {
      const answer = Promise.withResolvers<ProviderEmbeddings>()
      sent.push({ ...call, answer })
      return answer.promise
    },
    setTimer: timers.setTimer,
    windowMs: windowMs === undefined ? undefined : () => windowMs,
    maxTokens,
  })
  const embed = (
    inputs: EmbeddingInput[],
    { key = 'group', signal = new AbortController().signal } = {},
  ): Promise<ProviderEmbeddings> => batcher.embed({ group: { key, maxInputs }, inputs, signal })
  return { timers, sent, embed }
}

/** Vectors that say which input they are of. */
export const vectorOf = (input: EmbeddingInput): number[] =>
  typeof input === 'string' ? [...Buffer.from(input)] : input
export const vectorsOf = (...texts: string[]): number[][] => texts.map(vectorOf)

export function succeed({ inputs, answer }: Sent, inputTokens: number | null = 100): void {
  answer.resolve({ vectors: inputs.map(vectorOf), model: 'embedder', inputTokens })
}

export const errorOf = (code: ProviderErrorCode): ProviderError =>
  new ProviderError({ code, status: null, retryable: false })
