import { createRandom } from './random.ts'
import type { Random } from './random.ts'

/** The most frequent words of English, in order: a search leaves most of them out. */
const COMMON =
  `the of and to a in is it you that for on with as this be are at from or by not have an but which they
can will one all if there their what so when we your how more would about other has out up do into than them then some
could these its only our like time just also most should where use used using very first any each much such between
make work need way does after because two new want help here know think see well data code file example please write
question answer problem list number value user system change error result point part case order text`.split(
    /\s+/,
  )
const WORDS = 60_000
/** Zipf's law as Mandelbrot corrected it, with what is usual for English. */
const OFFSET = 2.7
const EXPONENT = 1.07
const SLOTS = 2 ** 20
const ONSETS =
  'b c d f g h j k l m n p r s t v w z br ch cl cr dr fl gr pl pr sh sl sp st str th tr'.split(' ')
const VOWELS = 'a e i o u a e i o ai ea ee io ou'.split(' ')
const CODAS = ['', '', '', 'n', 'r', 's', 't', 'l', 'm', 'nd', 'nt', 'rs', 'st', 'ck']

export interface Vocabulary {
  /** By frequency, the most frequent first. */
  readonly words: readonly string[]
  /** One word, as often as its place says. */
  draw(random: Random): string
}

/** The same words each time. Beside them texts hold numbers, of which there is no end. */
export function createVocabulary(): Vocabulary {
  const random = createRandom(1)
  const words = new Set(COMMON)
  while (words.size < WORDS) words.add(inventWord(random))
  const list = [...words]
  const slots = frequencySlots(list.length)
  return { words: list, draw: (source) => list[slots[source.below(SLOTS)] ?? 0] ?? '' }
}

function inventWord(random: Random): string {
  const syllables = 1 + random.below(2) + (random.happens(0.3) ? 1 : 0)
  let word = ''
  for (let each = 0; each < syllables; each++) word += pick(ONSETS, random) + pick(VOWELS, random)
  return word + pick(CODAS, random)
}

/** A drawn slot names the word's place: one look-up a word, for hundreds of millions of them. */
function frequencySlots(count: number): Uint16Array {
  const weights = Array.from({ length: count }, (_, rank) => (rank + 1 + OFFSET) ** -EXPONENT)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const slots = new Uint16Array(SLOTS)
  let [word, reached] = [0, (weights[0] ?? 0) / total]
  for (let slot = 0; slot < SLOTS; slot++) {
    while ((slot + 0.5) / SLOTS > reached && word < count - 1)
      reached += (weights[++word] ?? 0) / total
    slots[slot] = word
  }
  return slots
}

export function pick<T>(list: readonly T[], random: Random): T {
  return list[random.below(list.length)] as T
}
