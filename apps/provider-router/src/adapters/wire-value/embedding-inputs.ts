import type { EmbeddingInput, EmbeddingsRequest } from '@brainlyx/router-contract'

/** What a request wants vectors of, one by one: a list of numbers alone is one input. */
export function embeddingInputs(input: EmbeddingsRequest['input']): EmbeddingInput[] {
  if (typeof input === 'string') return [input]
  return isTokens(input) ? [input] : input
}

function isTokens(input: readonly unknown[]): input is number[] {
  return typeof input[0] === 'number'
}
