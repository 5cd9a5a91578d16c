import { guardCall } from '../failure/guard-call.ts'
import type { ProviderAdapter } from '../provider-adapter.ts'
import { openaiClient } from './openai-client.ts'

/** Vectors are asked for as floats: the SDK's own default is base64, which other servers may not know. */
export const embedByOpenAi: NonNullable<ProviderAdapter['embed']> = ({ target, request, signal }) =>
  guardCall(signal, async () => {
    const { input, dimensions, user } = request
    const response = await openaiClient(target).embeddings.create(
      {
        model: target.model,
        input,
        encoding_format: 'float',
        ...(dimensions == null ? {} : { dimensions }),
        ...(user == null ? {} : { user }),
      },
      { signal },
    )
    const vectors = response.data.toSorted((a, b) => a.index - b.index).map((row) => row.embedding)
    return { vectors, model: response.model, inputTokens: response.usage.prompt_tokens }
  })

/** Listing models costs nothing and needs a good key. */
export const checkOpenAiCredential: ProviderAdapter['checkCredential'] = ({ target, signal }) =>
  guardCall(signal, async () => {
    await openaiClient(target).models.list({ signal })
  })
