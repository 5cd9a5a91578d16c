import { z } from 'zod'

const Text = z.string().min(1)
/** Tokens of the model's own vocabulary, as some clients count them out themselves. */
const Tokens = z.array(z.int().nonnegative()).min(1).max(8192)

/** One thing to make a vector of. */
export const EmbeddingInput = z.union([Text, Tokens])
export type EmbeddingInput = z.infer<typeof EmbeddingInput>

export const EmbeddingsRequest = z.looseObject({
  model: z.string().min(1).max(256),
  input: z.union([Text, z.array(Text).min(1).max(2048), Tokens, z.array(Tokens).min(1).max(2048)]),
  dimensions: z.int().positive().max(4096).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().nullish(),
})
export type EmbeddingsRequest = z.infer<typeof EmbeddingsRequest>

export const EmbeddingsResponse = z.looseObject({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(
    z.looseObject({
      object: z.literal('embedding'),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: z.looseObject({ prompt_tokens: z.int(), total_tokens: z.int() }),
})
export type EmbeddingsResponse = z.infer<typeof EmbeddingsResponse>
