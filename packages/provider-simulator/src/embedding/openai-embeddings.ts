import { listOf, numberOf, textOf } from '../answer/json-value.ts'
import type { ParsedBody } from '../exchange/chat-exchange.ts'
import { openAiFailure } from '../wire/openai-chat/openai-failure.ts'
import { defaultDimensions, embeddingOf } from './bag-of-words.ts'
import type { EmbeddingCall } from './embedding-exchange.ts'

/** OpenAI's `POST /v1/embeddings`: a text, texts or token numbers; floats or base64 of little-endian float32. */
export function openAiEmbeddings(body: ParsedBody): EmbeddingCall {
  const fields = body.ok ? body.value : {}
  const model = textOf(fields['model'])
  const texts = textsOf(fields['input'])
  const dimensions = numberOf(fields['dimensions']) ?? defaultDimensions
  const asBase64 = fields['encoding_format'] === 'base64'
  const missing =
    model === ''
      ? ({ kind: 'invalid', message: 'you must provide a model parameter' } as const)
      : texts.length === 0
        ? ({ kind: 'invalid', message: "'$.input' is invalid.", parameter: 'input' } as const)
        : undefined
  return {
    provider: 'openai',
    endpoint: '/v1/embeddings',
    model,
    texts,
    failure: body.ok ? missing : body.failure,
    reply: (failure) => openAiFailure(failure, model, 'chat'),
    answer: (all, tokens) => ({
      object: 'list',
      data: all.map((text, index) => {
        const vector = embeddingOf(text, dimensions)
        return { object: 'embedding', index, embedding: asBase64 ? base64Of(vector) : vector }
      }),
      model: model.split('+')[0],
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }),
  }
}

function textsOf(input: unknown): string[] {
  if (typeof input === 'string') return input === '' ? [] : [input]
  const list = listOf(input)
  if (list.length > 0 && list.every((each) => typeof each === 'number')) return [list.join(' ')]
  return list.map((each) => (typeof each === 'string' ? each : listOf(each).join(' ')))
}

function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}
