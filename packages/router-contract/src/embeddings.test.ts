import { expect, test } from 'vitest'
import { EmbeddingsRequest } from './embeddings.ts'

const accepts = (input: unknown): boolean =>
  EmbeddingsRequest.safeParse({ model: 'embedder', input }).success

test.each<[string, unknown]>([
  ['a text', 'a heron'],
  ['texts', ['a heron', 'a tern']],
  ['tokens', [1, 2, 3]],
  ['several lists of tokens', [[1, 2], [3]]],
])('%s may be made vectors of', (_name, input) => expect(accepts(input)).toBe(true))

test.each<[string, unknown]>([
  ['nothing', []],
  ['an empty text', ['a heron', '']],
  ['an empty list of tokens', [[1], []]],
  ['a mixture', ['a heron', [1]]],
  ['what is no token', [[1.5]]],
])('%s is refused', (_name, input) => expect(accepts(input)).toBe(false))
