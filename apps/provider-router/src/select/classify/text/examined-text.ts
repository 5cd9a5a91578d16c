const EXAMINED_AT_EACH_END = 4_000
const PROSE_AT_THE_START = 600
const PROSE_AT_THE_END = 300

const CODE_FENCE = '```'

/** The two ends of a text: people put what they want before or after what they paste. */
function endsOf(text: string, start: number, end: number): string {
  return text.length <= start + end ? text : `${text.slice(0, start)}\n${text.slice(-end)}`
}

/** What is looked at of a message, however long it is: at most 8,001 characters. */
export function examinedOf(text: string): string {
  return endsOf(text, EXAMINED_AT_EACH_END, EXAMINED_AT_EACH_END)
}

export function holdsCodeBlock(text: string): boolean {
  return text.includes(CODE_FENCE)
}

/** The words among which the wish is looked for: not those in blocks of code, nor in the middle of what is long. */
export function proseOf(examined: string): string {
  return endsOf(withoutCodeBlocks(examined), PROSE_AT_THE_START, PROSE_AT_THE_END)
}

function withoutCodeBlocks(text: string): string {
  if (!holdsCodeBlock(text)) return text
  return text
    .split(CODE_FENCE)
    .filter((_piece, index) => index % 2 === 0)
    .join('\n')
}
