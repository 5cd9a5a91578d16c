import type { TokenLogprob } from '@brainlyx/router-contract'
import { asCount, asObjects, asString } from './read-value.ts'
import type { WireObject } from './read-value.ts'

/** Tokens with how likely they were, as OpenAI's two APIs send them; undefined where there are none. */
export function readLogprobs(tokens: unknown): TokenLogprob[] | undefined {
  if (!Array.isArray(tokens)) return undefined
  const read = asObjects(tokens).map((token) => ({
    ...likelihood(token),
    top_logprobs: asObjects(token['top_logprobs']).map(likelihood),
  }))
  return read.length === 0 ? undefined : read
}

function likelihood(token: WireObject): TokenLogprob['top_logprobs'][number] {
  const text = asString(token['token']) ?? ''
  const bytes = token['bytes']
  return {
    token: text,
    logprob: asCount(token['logprob']) ?? 0,
    // The Responses API leaves them out in its stream.
    bytes: Array.isArray(bytes) ? (bytes as number[]) : null,
  }
}
