import type { TokenLogprob } from '@brainlyx/router-contract'
import type OpenAI from 'openai'

export type OutputLogprob = OpenAI.Responses.ResponseOutputText.Logprob
type OutputAnnotation = OpenAI.Responses.ResponseOutputText['annotations'][number]

/** A token's bytes, which it has where it is a part of a character, are a list here always. */
export function outputLogprobs(logprobs: readonly TokenLogprob[]): OutputLogprob[] {
  return logprobs.map(({ token, logprob, bytes, top_logprobs: others }) => ({
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: others.map((other) => ({ ...other, bytes: other.bytes ?? [] })),
  }))
}

/** A chat completion's `{ type, url_citation: { … } }` has a level more than it has here. */
export function outputAnnotation(annotation: Record<string, unknown>): OutputAnnotation {
  const { type, ...rest } = annotation
  const inner = typeof type === 'string' ? rest[type] : undefined
  const flat = typeof inner === 'object' && inner !== null ? { type, ...inner } : annotation
  return flat as unknown as OutputAnnotation
}
