import { IDENTITY_PHRASES } from './identity-phrases.ts'
import { MAKERS, PRODUCTS } from './maker-names.ts'

/** Questions stand at one end of a long text, and this is read with every request. */
const READ_AT_EACH_END = 2_000

const PHRASE = new RegExp(IDENTITY_PHRASES.map(folded).join('|'))
/** Scripts without spaces write a name right beside other letters. */
const NAME = new RegExp(`(?<![a-z])(?:${[...MAKERS, ...PRODUCTS].map(folded).join('|')})(?![a-z])`)

/**
 * Whether the answer to this may well be whose product answers: it asks who or what that is, in one of 19 languages, or
 * names a maker or a product itself.
 */
export function asksAboutIdentity(lastUserText: string): boolean {
  const isLong = lastUserText.length > 2 * READ_AT_EACH_END
  const read = isLong
    ? `${lastUserText.slice(0, READ_AT_EACH_END)}\n${lastUserText.slice(-READ_AT_EACH_END)}`
    : lastUserText
  const text = folded(read)
  return NAME.test(text) || PHRASE.test(text)
}

/** Without capitals, accents and the ways to write an apostrophe or a space, in which people are careless. */
function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/\s+/g, ' ')
}
