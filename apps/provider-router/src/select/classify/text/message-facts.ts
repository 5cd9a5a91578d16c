import { CUE_FINDER } from '../cues/cue-finder.ts'
import type { Cue } from '../cues/cue-finder.ts'
import { countWords } from './count-words.ts'
import { CODE_FENCE, examinedOf, proseOf, wishAround } from './examined-text.ts'
import { foldText } from './fold-text.ts'
import type { Hits } from './phrase-finder.ts'

/** What is known of one message's text. */
export interface MessageFacts {
  /** Of the whole text, in characters. */
  readonly length: number
  /** At most 8,001 characters of it. */
  readonly text: string
  /** Where the wish is looked for: at most 901 characters of the text, without its code. */
  readonly prose: string
  /** The same by `foldText`. */
  readonly folded: string
  /** In the prose. */
  readonly words: number
  /** In the prose; offsets are those of `folded`. */
  readonly cues: ReadonlyMap<Cue, Hits>
  readonly holdsCodeBlock: boolean
}

export function messageFactsOf(whole: string): MessageFacts {
  const text = examinedOf(whole)
  return {
    length: whole.length,
    text,
    holdsCodeBlock: text.includes(CODE_FENCE),
    ...proseFacts(proseOf(text)),
  }
}

/** The same message, where all of it but its first and last words is material and no wish. */
export function aroundMaterial(facts: MessageFacts): MessageFacts {
  return { ...facts, ...proseFacts(wishAround(facts.prose)) }
}

function proseFacts(prose: string): Pick<MessageFacts, 'prose' | 'folded' | 'words' | 'cues'> {
  const folded = foldText(prose)
  return { prose, folded, words: countWords(folded), cues: CUE_FINDER.find(folded) }
}
