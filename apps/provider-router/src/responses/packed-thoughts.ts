import {
  RedactedThinkingBlock,
  SealedReasoningBlock,
  ThinkingBlock,
} from '@brainlyx/router-contract'
import { z } from 'zod'

const Thoughts = z.array(
  z.discriminatedUnion('type', [ThinkingBlock, RedactedThinkingBlock, SealedReasoningBlock]),
)
export type Thoughts = z.infer<typeof Thoughts>

/** Tells what was packed here from what a client has from OpenAI itself. */
const MARK = 'thoughts.'

/**
 * What a model thought, as a client hands it back without looking: Claude's with its signatures, since it wants its own
 * words and a client cannot be counted on to keep the summary as it was; OpenAI's as OpenAI sealed it. Nothing more is
 * sealed: the summary says the same as Claude's.
 */
export function packThoughts(thoughts: Thoughts): string {
  return `${MARK}${Buffer.from(JSON.stringify(thoughts)).toString('base64url')}`
}

/** None where it is another's. */
export function unpackThoughts(packed: string | null | undefined): Thoughts {
  if (packed?.startsWith(MARK) !== true) return []
  try {
    const json: unknown = JSON.parse(Buffer.from(packed.slice(MARK.length), 'base64url').toString())
    return Thoughts.safeParse(json).data ?? []
  } catch {
    return []
  }
}
