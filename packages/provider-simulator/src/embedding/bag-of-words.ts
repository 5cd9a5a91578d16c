import { hashOf, seededRandom } from '../answer/seeded-random.ts'

export const defaultDimensions = 1536

/**
 * A unit vector of a text: each word and each pair of neighbours adds itself at a few places chosen by its hash
 * (feature hashing, Weinberger et al., 2009), so texts that share words are near each other.
 */
export function embeddingOf(text: string, dimensions = defaultDimensions): number[] {
  const vector = Array.from({ length: dimensions }, () => 0)
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]
  for (const [index, word] of words.entries()) {
    add(vector, word, 1)
    const next = words[index + 1]
    if (next !== undefined) add(vector, `${word} ${next}`, 0.5)
  }
  const length = Math.hypot(...vector)
  if (length === 0) return vector.map((_, index) => (index === 0 ? 1 : 0))
  return vector.map((value) => value / length)
}

function add(vector: number[], feature: string, weight: number): void {
  const random = seededRandom(hashOf(feature))
  for (let place = 0; place < 8; place += 1) {
    const index = random.below(vector.length)
    vector[index] = (vector[index] ?? 0) + (random.next() < 0.5 ? -weight : weight)
  }
}
