import { guardCall } from '../failure/guard-call.ts'
import type { ProviderAdapter } from '../provider-adapter.ts'
import { asObject, asObjects } from '../wire-value/read-value.ts'
import { send } from './send.ts'

/** `batchEmbedContents`, requested here since the SDK knows no `outputDimensionality`. */
export const embedByGemini: NonNullable<ProviderAdapter['embed']> = ({ target, request, signal }) =>
  guardCall(signal, async () => {
    const model = `models/${target.model}`
    const inputs = typeof request.input === 'string' ? [request.input] : request.input
    const requests = inputs.map((text) => ({
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
