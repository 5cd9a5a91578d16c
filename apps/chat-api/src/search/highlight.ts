import type { TextSegment } from '@brainlyx/chat-contract'

const WORD = /[\p{L}\p{N}\p{M}]+/gu

/** The text in pieces that are one of the words, in lower case, or are not. */
export function highlight(text: string, words: readonly string[]): TextSegment[] {
  const segments: TextSegment[] = []
  let end = 0
  for (const { index, length } of matchesIn(text, words)) {
    if (index > end) segments.push({ text: text.slice(end, index), match: false })
    segments.push({ text: text.slice(index, index + length), match: true })
    end = index + length
  }
  if (end < text.length) segments.push({ text: text.slice(end), match: false })
  return segments
}

/** Of an excerpt, in UTF-16 units, about. */
const EXCERPT_LENGTH = 240
/** What is shown before the first match in it. */
const LEAD_LENGTH = 60

/** A few lines from where most different words of a search stand together; the text's beginning where none does. */
export function excerpt(text: string, words: readonly string[]): TextSegment[] {
  const at = densest(matchesIn(text, words))
  const begin = at <= LEAD_LENGTH ? 0 : wordStart(text, at - LEAD_LENGTH)
  const end =
    begin + EXCERPT_LENGTH >= text.length ? text.length : wordEnd(text, begin + EXCERPT_LENGTH)
  const shown = text.slice(begin, end).replaceAll(/\s+/gu, ' ').trim()
  const segments = highlight(shown, words)
  if (begin > 0) segments.unshift({ text: '… ', match: false })
  if (end < text.length) segments.push({ text: ' …', match: false })
  return segments
}

interface Match {
  readonly index: number
  readonly length: number
  readonly word: string
}

function matchesIn(text: string, words: readonly string[]): Match[] {
  if (words.length === 0) return []
  const wanted = new Set(words)
  const matches: Match[] = []
  for (const { 0: found, index } of text.matchAll(WORD)) {
    const word = found.toLowerCase()
    if (wanted.has(word)) matches.push({ index, length: found.length, word })
  }
  return matches
}

/** Where the excerpt with the most different words begins, the earliest of these. Each match enters and leaves once. */
function densest(matches: readonly Match[]): number {
  const inside = new Map<string, number>()
  let best = 0
  let at = 0
  let first = 0
  for (const { index, word } of matches) {
    inside.set(word, (inside.get(word) ?? 0) + 1)
    while (index - matches[first]!.index > EXCERPT_LENGTH - 2 * LEAD_LENGTH) {
      const left = matches[first++]!.word
      const count = inside.get(left)! - 1
      if (count === 0) inside.delete(left)
      else inside.set(left, count)
    }
    if (inside.size > best) {
      best = inside.size
      at = matches[first]!.index
    }
  }
  return at
}

/** At a blank near there, or between two characters where a text has none. */
function wordStart(text: string, from: number): number {
  const blank = text.slice(from, from + LEAD_LENGTH / 2).search(/\s/u)
  return blank < 0 ? notInside(text, from) : from + blank + 1
}

function wordEnd(text: string, to: number): number {
  const tail = text.slice(to - LEAD_LENGTH / 2, to)
  const blank = tail.search(/\s\S*$/u)
  return blank < 0 ? notInside(text, to) : to - tail.length + blank
}

/** Not between the two halves of a character beyond the first 65,536. */
function notInside(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at
}
