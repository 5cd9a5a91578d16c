import type { ChoiceLogprobs } from '@brainlyx/router-contract'
import type { StreamPart } from '../adapters/stream-part.ts'

type Spoken = Extract<StreamPart, { type: 'text-delta' | 'refusal-delta' }>

/** Likelihoods that came with a piece, as OpenAI tells them; undefined where none did. */
export function choiceLogprobs({ type, logprobs }: Spoken): ChoiceLogprobs | undefined {
  if (logprobs === undefined) return undefined
  return type === 'text-delta'
    ? { content: [...logprobs], refusal: null }
    : { content: null, refusal: [...logprobs] }
}
