import { numberOf, objectOf, objectsOf } from '../answer/json-value.ts'
import type { JsonObject } from '../answer/json-value.ts'
import type { ParsedBody } from '../exchange/chat-exchange.ts'
import { geminiFailure } from '../wire/gemini/gemini-failure.ts'
import { partsText } from '../wire/gemini/read-generate-request.ts'
import { defaultDimensions, embeddingOf } from './bag-of-words.ts'
import type { EmbeddingCall } from './embedding-exchange.ts'

/** Gemini's `embedContent` and `batchEmbedContents`. */
export function geminiEmbeddings(body: ParsedBody, model: string, batch: boolean): EmbeddingCall {
  const fields = body.ok ? body.value : {}
  const requests = batch ? objectsOf(fields['requests']) : [fields]
  const texts = requests.map((request) => partsText(objectOf(request['content'])['parts']))
  const empty = texts.length === 0 || texts.some((text) => text === '')
  const invalid = {
    kind: 'invalid',
    message: '* EmbedContentRequest.content: content is empty\n',
  } as const
  return {
    provider: 'gemini',
    endpoint: batch ? '/v1beta/models:batchEmbedContents' : '/v1beta/models:embedContent',
    model,
    texts,
    failure: body.ok ? (empty ? invalid : undefined) : body.failure,
    reply: (failure) => geminiFailure(failure, { model, stream: false }),
    answer: (all) => {
      const embeddings = all.map((text, index) => ({
        values: embeddingOf(text, dimensionsOf(requests[index])),
      }))
      return batch ? { embeddings } : { embedding: embeddings[0] }
    },
  }
}

function dimensionsOf(request: JsonObject | undefined): number {
  return numberOf(request?.['outputDimensionality']) ?? defaultDimensions
}
