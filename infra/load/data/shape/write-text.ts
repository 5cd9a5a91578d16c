import type { Random } from './random.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Sentences in paragraphs, with a number here and there. */
export function writeText(vocabulary: Vocabulary, random: Random, words: number): string {
  let text = ''
  for (let written = 0; written < words;) {
    const length = Math.min(words - written, 4 + random.below(16))
    if (written > 0) text += random.happens(0.12) ? '\n\n' : ' '
    text += writeSentence(vocabulary, random, length)
    written += length
  }
  return text
}

export function writeTitle(vocabulary: Vocabulary, random: Random): string {
  return capitalise(drawWords(vocabulary, random, 3 + random.below(4)))
}

function writeSentence(vocabulary: Vocabulary, random: Random, words: number): string {
  const number = random.happens(0.1) ? ` ${random.below(100_000)}` : ''
  return `${capitalise(drawWords(vocabulary, random, words))}${number}${random.happens(0.15) ? '?' : '.'}`
}

function drawWords(vocabulary: Vocabulary, random: Random, count: number): string {
  let words = vocabulary.draw(random)
  for (let drawn = 1; drawn < count; drawn++)
    words += `${random.happens(0.05) ? ',' : ''} ${vocabulary.draw(random)}`
  return words
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
