import type { EmbeddingInput } from '@brainlyx/router-contract'
import { estimateEmbeddingTokens } from '../choose/estimate-tokens.ts'

/** What a provider takes in one call. */
export interface BatchLimits {
  readonly maxInputs: number
  readonly maxTokens: number
}

export interface InputSlice {
  readonly inputs: readonly EmbeddingInput[]
  /** Estimated; at least one for each input. */
  readonly tokens: number
}

/**
 * Inputs in slices, in order, of which each keeps to the limits. One input alone may have more tokens: whether that is
 * too much is for the provider to say.
 */
export function cutInputs(
  inputs: readonly EmbeddingInput[],
  { maxInputs, maxTokens }: BatchLimits,
): InputSlice[] {
  const slices: InputSlice[] = []
  let from = 0
  let tokens = 0
  for (const [index, input] of inputs.entries()) {
    const own = Math.max(1, estimateEmbeddingTokens(input))
    if (index > from && (index - from === maxInputs || tokens + own > maxTokens)) {
      slices.push({ inputs: inputs.slice(from, index), tokens })
      from = index
      tokens = 0
    }
    tokens += own
  }
  slices.push({ inputs: inputs.slice(from), tokens })
  return slices
}
