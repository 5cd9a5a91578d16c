import type { EmbeddingsRequest } from '@brainlyx/router-contract'
import { guardCall } from '../failure/guard-call.ts'
import type { ProviderAdapter } from '../provider-adapter.ts'
import { ProviderError } from '../provider-error.ts'
import { embeddingInputs } from '../wire-value/embedding-inputs.ts'
import { asObject, asObjects } from '../wire-value/read-value.ts'
import { send } from './send.ts'

/** `batchEmbedContents`, requested here since the SDK knows no `outputDimensionality`. */
export const embedByGemini: NonNullable<ProviderAdapter['embed']> = ({ target, request, signal }) =>
  guardCall(signal, async () => {
    const model = `models/${target.model}`
    const requests = textsOf(request).map((text) => ({
      model,
      content: { parts: [{ text }] },
      ...(request.dimensions == null ? {} : { outputDimensionality: request.dimensions }),
    }))
    const path = `models/${encodeURIComponent(target.model)}:batchEmbedContents`
    const response = await send(target, path, { requests }, signal)
    const rows = asObjects(asObject(await response.json())?.['embeddings'])
    const vectors = rows.map((row) =>
      Array.isArray(row['values']) ? (row['values'] as number[]) : [],
    )
    return { vectors, model: target.model, inputTokens: null }
  })

/** Gemini takes nothing else. */
function textsOf({ input }: EmbeddingsRequest): string[] {
  return embeddingInputs(input).map((each) => {
    if (typeof each === 'string') return each
    throw new ProviderError({ code: 'invalid-request', status: null, retryable: false })
  })
}
