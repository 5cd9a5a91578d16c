import type { EmbeddingsRequest } from '@brainlyx/router-contract'
import { ProviderError } from '../adapters/provider-error.ts'
import type { ProviderEmbeddings } from '../adapters/provider-adapter.ts'
import { embeddingInputs } from '../adapters/wire-value/embedding-inputs.ts'
import { estimateEmbeddingTokens } from '../choose/estimate-tokens.ts'
import type { AdapterFor } from './chat-operation.ts'
import type { Operation } from './operation.ts'

/** `result` is there once the operation has completed. */
export interface EmbeddingOperation extends Operation {
  readonly result: () => ProviderEmbeddings
}

export function embeddingOperation(
  request: EmbeddingsRequest,
  adapterFor: AdapterFor,
): EmbeddingOperation {
  const inputTokens = embeddingInputs(request.input).reduce(
    (sum, input) => sum + estimateEmbeddingTokens(input),
    0,
  )
  let embeddings: ProviderEmbeddings | undefined
  return {
    streams: false,
    mayHedge: false,
    inputTokens,
    expectedTokens: inputTokens,
    restarts: () => false,
    canGoOn: () => false,
    async *open(candidate, { signal }) {
      const embed = adapterFor(candidate.deployment.api).embed
      if (embed === undefined) {
        throw new ProviderError({ code: 'model-not-found', status: null, retryable: false })
      }
      embeddings = await embed({ target: candidate.target, request, signal })
      const counted = embeddings.inputTokens
      const usage = {
        type: 'usage' as const,
        usage: {
          inputTokens: counted ?? inputTokens,
          outputTokens: 0,
          cachedInputTokens: 0,
          cacheWriteTokens: 0,
          reasoningTokens: 0,
          estimated: counted === null,
        },
        raw: counted === null ? {} : { input: counted },
      }
      yield [usage, { type: 'response-end', endMarker: true }]
    },
    result() {
      if (embeddings === undefined) throw new Error('the embeddings are not there yet')
      return embeddings
    },
  }
}
