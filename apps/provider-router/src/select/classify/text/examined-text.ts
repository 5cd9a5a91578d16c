export const EXAMINED_AT_EACH_END = 4_000
const PROSE_AT_THE_START = 600
const PROSE_AT_THE_END = 300

export const CODE_FENCE = '```'

/** The two ends of a text: people put what they want before or after what they paste. */
function endsOf(text: string, start: number, end: number): string {
  return text.length <= start + end ? text : `${text.slice(0, start)}\n${text.slice(-end)}`
}

/** What is looked at of a message, however long it is: at most 8,001 characters. */
export function examinedOf(text: string): string {
  return endsOf(text, EXAMINED_AT_EACH_END, EXAMINED_AT_EACH_END)
}

/** The words among which the wish is looked for: not those in blocks of code, nor in the middle of what is long. */
export function proseOf(examined: string): string {
  return endsOf(withoutCodeBlocks(examined), PROSE_AT_THE_START, PROSE_AT_THE_END)
}

const LONGEST_FIRST_LINE = 300
const LONGEST_LAST_LINE = 150
const BEFORE_WHAT_IS_PASTED = /: |[\n"„“«]/

/** What stands around a text that is only to be worked on: the first words, up to a colon or a quote, and the last line. */
export function wishAround(prose: string): string {
  const start = prose.trimStart().slice(0, LONGEST_FIRST_LINE)
  const end = start.search(BEFORE_WHAT_IS_PASTED)
  const lastLine = prose.trimEnd().slice(-LONGEST_LAST_LINE)
  const lineBreak = lastLine.lastIndexOf('\n')
  const first = end === -1 ? start : start.slice(0, end)
  return lineBreak === -1 ? first : `${first}\n${lastLine.slice(lineBreak + 1)}`
}

function withoutCodeBlocks(text: string): string {
  if (!text.includes(CODE_FENCE)) return text
  return text
    .split(CODE_FENCE)
    .filter((_piece, index) => index % 2 === 0)
    .join('\n')
}
