import { createSuspicion, MAKER, oneOf, PRODUCT } from './boilerplate.ts'

const MAX_LENGTH = 200
const KINDS = [
  'AI',
  'AI assistant',
  'AI chatbot',
  'AI model',
  'AI system',
  'AI language model',
  'helpful AI assistant',
  'conversational AI',
  'conversational AI assistant',
  'artificial intelligence',
  'artificial intelligence assistant',
  'artificial intelligence language model',
  'language model',
  'large language model',
  'large multimodal model',
  'multimodal AI model',
]
const ORIGINS = ['developed by', 'created by', 'made by', 'trained by', 'built by', 'from']
const VIRTUES = [' to be helpful', ' to be helpful, harmless, and honest']
const SPEAKERS = ["I'm", 'I’m', 'I am']

const KIND = `(?:a|an) ${oneOf(KINDS)}`
const SELF = `(?:${KIND}(?: (?:called|named) ${PRODUCT})?|${PRODUCT}(?:, ${KIND})?)`
const MADE = `${SELF},? ${oneOf(ORIGINS)} ${MAKER}${oneOf(VIRTUES)}?`
const CLAUSE = new RegExp(`^As ${MADE}, `)
const SENTENCE = new RegExp(
  `^${oneOf(SPEAKERS)} (?:${MADE}|${PRODUCT}, ${MAKER}['’]s ${oneOf(KINDS)})[.!]`,
)

const isSuspicious = createSuspicion(
  ['As', ...SPEAKERS.flatMap((phrase) => phrase.split(' ', 1))],
  [...SPEAKERS, ...KINDS, ...ORIGINS, ...VIRTUES, 'a', 'an', 'called', 'named'],
)

export type OpeningVerdict =
  | { readonly type: 'undecided' }
  | { readonly type: 'ordinary' }
  /** `rest` is where the answer goes on; there it may need a capital. */
  | { readonly type: 'advertisement'; readonly rest: number; readonly isInSentence: boolean }

/**
 * Whether an answer begins by saying whose product speaks: `I'm Claude, an AI assistant made by Anthropic. …`, `As an
 * AI language model developed by OpenAI, …`. It does only where something follows that can stand alone.
 * @param answer as far as it has come
 * @param isWhole whether nothing is still to come
 */
export function readOpening(answer: string, isWhole: boolean): OpeningVerdict {
  const text = answer.slice(0, MAX_LENGTH)
  const clauseEnd = CLAUSE.exec(text)?.[0].length
  if (clauseEnd !== undefined && isLetterAt(text, clauseEnd)) {
    return { type: 'advertisement', rest: clauseEnd, isInSentence: true }
  }
  const sentenceEnd = SENTENCE.exec(text)?.[0].length
  const rest = sentenceEnd === undefined ? undefined : restAfter(text, sentenceEnd)
  if (rest !== undefined) return { type: 'advertisement', rest, isInSentence: false }
  if (isWhole || text.length === MAX_LENGTH) return { type: 'ordinary' }
  const mayGrow =
    sentenceEnd === undefined ? isSuspicious(text) : gapAt(text, sentenceEnd) === text.length
  return { type: mayGrow ? 'undecided' : 'ordinary' }
}

/** After an empty line anything can stand alone; else only a paragraph's text that is not indented. */
function restAfter(text: string, sentenceEnd: number): number | undefined {
  const next = gapAt(text, sentenceEnd)
  const gap = text.slice(sentenceEnd, next)
  if (gap === '' || next === text.length) return undefined
  if (/\n[^]*\n/.test(gap)) return sentenceEnd + gap.lastIndexOf('\n') + 1
  return isLetterAt(text, next) && !/\n[ \t]/.test(gap) ? next : undefined
}

function gapAt(text: string, start: number): number {
  return start + /^[ \t\r\n]*/.exec(text.slice(start))![0].length
}

/** Only letters of one UTF-16 unit count, so that one unit decides. */
function isLetterAt(text: string, index: number): boolean {
  return /^\p{L}$/u.test(text.charAt(index))
}
