import { RedactedThinkingBlock, ThinkingBlock } from '@brainlyx/router-contract'
import { z } from 'zod'

const Thoughts = z.array(z.discriminatedUnion('type', [ThinkingBlock, RedactedThinkingBlock]))
export type Thoughts = z.infer<typeof Thoughts>

/** Tells ours from what OpenAI itself has sealed. */
const MARK = 'claude.'

/**
 * Claude's thoughts with its signatures, as a client hands them back without looking: it cannot be counted on to keep
 * the summary as it was, and Claude wants its own words. They are not sealed, since the summary says the same.
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
