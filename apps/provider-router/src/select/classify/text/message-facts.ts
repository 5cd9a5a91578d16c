import { CUE_FINDER } from '../cues/cue-finder.ts'
import type { Cue } from '../cues/cue-finder.ts'
import { countWords } from './count-words.ts'
import { examinedOf, proseOf } from './examined-text.ts'
import { foldText } from './fold-text.ts'
import { holdsCode } from './holds-code.ts'
import type { Hits } from './phrase-finder.ts'
import { splitMaterial } from './split-material.ts'

/** What is known of one message's text. */
export interface MessageFacts {
  /** Of the whole text, in characters. */
  readonly length: number
  /** At most 8,001 characters of it. */
  readonly text: string
  readonly holdsCode: boolean
  /** It quotes a letter, beside which the wish stands. */
  readonly holdsLetter: boolean
  /** Characters of the wish, where the prose is a wish and a text that it is about; otherwise of the whole prose. */
  readonly wishLength: number
  /** What the wish is about; empty where the message is nothing but a wish. */
  readonly material: string
  /** Where the wish is looked for: at most 901 characters of the text, without its code. */
  readonly prose: string
  /** The same by `foldText`. */
  readonly folded: string
  /** In the prose. */
  readonly words: number
  /** In the prose; offsets are those of `folded`. */
  readonly cues: ReadonlyMap<Cue, Hits>
}

export function messageFactsOf(whole: string): MessageFacts {
  const text = examinedOf(whole)
  const prose = proseOf(text)
  const { wish, material } = splitMaterial(prose)
  const facts = {
    length: whole.length,
    text,
    holdsCode: holdsCode(text),
    holdsLetter: false,
    wishLength: wish.length,
    material,
    ...proseFacts(prose),
  }
  return quotesLetter(facts) ? { ...withoutMaterial(facts), holdsLetter: true } : facts
}

/** The same message, where all but the wish is material: how hard its contents are does not matter. */
export function withoutMaterial(facts: MessageFacts): MessageFacts {
  if (facts.material === '') return facts
  return { ...facts, ...proseFacts(splitMaterial(facts.prose).wish) }
}

function proseFacts(prose: string): Pick<MessageFacts, 'prose' | 'folded' | 'words' | 'cues'> {
  const folded = foldText(prose)
  return { prose, folded, words: countWords(folded), cues: CUE_FINDER.find(folded) }
}

/** A letter to somebody else: with words before its salutation, or a question after its ending. */
function quotesLetter({ folded, cues, material }: MessageFacts): boolean {
  const ending = cues.get('letter-ending')
  if (ending === undefined || material === '') return false
  const isWholeLetter = (cues.get('salutation')?.first ?? Infinity) < 5
  return (
    !isWholeLetter ||
    /[?？؟]/.test(folded.slice(ending.first)) ||
    (cues.get('summarise')?.last ?? 0) > ending.first
  )
}
