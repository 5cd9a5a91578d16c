const LENGTH_LIMIT = 60
const WORD_LIMIT = 8

const QUOTES = /^["'“”„«»‘’`*_#\s]+|["'“”„«»‘’`*_\s]+$/gu

/** A model's answer as a title: one line without quotes, marks or a label, at most 60 characters. May be empty. */
export function cleanTitle(answer: string): string {
  const line = answer.trim().split('\n', 1)[0] ?? ''
  const bare = line.replace(/^\s*(\*\*)?title(\*\*)?\s*:\s*/iu, '').replace(QUOTES, '')
  return shorten(collapse(bare).replace(/(?<!\.)\.$/u, ''))
}

/** The first words of a message as a title; the first characters where it has no words. */
export function titleFromWords(text: string): string {
  const words = collapse(text).split(' ')
  const title = words.slice(0, WORD_LIMIT).join(' ')
  return shorten(words.length > WORD_LIMIT ? `${title}…` : title)
}

/** Control characters would be invisible, and those that turn the writing direction would reach beyond the title. */
function collapse(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/gu, ' ')
    .trim()
}

/** Cut at a word where that loses little, and never inside a character. */
function shorten(title: string): string {
  if (title.length <= LENGTH_LIMIT) return title
  let cut = ''
  for (const { segment } of new Intl.Segmenter().segment(title)) {
    if (cut.length + segment.length > LENGTH_LIMIT - 1) break
    cut += segment
  }
  const space = cut.lastIndexOf(' ')
  const whole = space > LENGTH_LIMIT / 2 ? cut.slice(0, space) : cut
  return `${whole.replace(/[\s,;:–-]+$/u, '')}…`
}
