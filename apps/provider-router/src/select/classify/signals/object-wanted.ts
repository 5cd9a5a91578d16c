import type { Cue } from '../cues/cue-finder.ts'
import type { RequestFacts } from '../request-facts.ts'
import { firstOf, leads, mentions } from './signal-test.ts'

const TEXTS = ['light-text', 'crafted-text', 'long-text'] as const

function firstInWish(facts: RequestFacts, ...cues: readonly Cue[]): number {
  const first = firstOf(facts, ...cues)
  return facts.message.material !== '' && first > facts.message.wishLength ? Infinity : first
}

/**
 * What is to be made, where a message asks for making something: the thing named first. "Write an e-mail about the new
 * API" wants a text, "write a script that sends an e-mail" a program.
 */
export function objectWanted(facts: RequestFacts): 'text' | 'code' | null {
  const makes = leads(facts, 'compose')
  if (!makes && !leads(facts, 'implement')) return null
  const text = makes ? firstInWish(facts, ...TEXTS) : Infinity
  const code = firstInWish(facts, 'code-thing')
  if (text < Infinity || code < Infinity) return text <= code ? 'text' : 'code'
  return mentions(facts, 'code-technology', 'hard-engineering') ? 'code' : null
}
