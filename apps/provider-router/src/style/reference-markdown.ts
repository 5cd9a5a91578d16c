// What the tests hold the styler against: the same rules of Markdown, in the plainest words, shared with nobody.

export interface ReadMarkdown {
  /** Lines inside fences, `<pre>` and its like, comments; and lines indented by four. */
  readonly code: readonly string[]
  readonly isFenceOpen: boolean
  /** Of ATX headings, as far as the text has neither tags nor formulas. */
  readonly headingLevels: readonly number[]
}

interface Fence {
  readonly run: string
  readonly quotes: number
  readonly inList: boolean
}

const RAW: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^<(pre|script|style|textarea)(\s|>|$)/i, /<\/(pre|script|style|textarea)>/i],
  [/^<!--/, /-->/],
]

export function readMarkdown(text: string): ReadMarkdown {
  const code: string[] = []
  const headingLevels: number[] = []
  let fence: Fence | undefined
  let rawEnd: RegExp | undefined
  let inList = false
  let isAfterEmptyLine = false
  for (const line of linesOf(text)) {
    if (fence !== undefined) {
      const inside = dropQuotes(line, fence.quotes)
      if (inside !== undefined) {
        if (closes(fence, inside)) fence = undefined
        else code.push(line)
        continue
      }
      fence = undefined
    }
    if (rawEnd !== undefined) {
      code.push(line)
      if (rawEnd.test(line)) rawEnd = undefined
      continue
    }
    if (line.trim() === '') {
      isAfterEmptyLine = true
      continue
    }
    const marks = marksOf(line)
    const heading = /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(line)?.[1]
    const isRule = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/.test(line)
    const isIndented = indentationOf(line) >= 4
    const isCode = isIndented && !inList
    if (isIndented) code.push(line)
    if (marks.hasItem && !isRule && !isCode) inList = true
    else if (isAfterEmptyLine && indentationOf(line) < 2) inList = false
    isAfterEmptyLine = false
    if (heading !== undefined) headingLevels.push(heading.length)
    if (heading !== undefined || isRule || isCode) continue

    const content = line.slice(marks.length).replace(/^[ \t]+/, '')
    const spaces = indentationOf(line.slice(marks.length)) - (marks.endsInQuote ? 1 : 0)
    const run = /^(`{3,}|~{3,})/.exec(content)?.[0]
    const isFence =
      run !== undefined && !(run.startsWith('`') && content.slice(run.length).includes('`'))
    if (isFence && (inList || spaces < 4)) {
      fence = { run, quotes: marks.quotes, inList }
    } else if (marks.quotes === 0) {
      rawEnd = RAW.find(([start, end]) => start.test(content) && !end.test(content))?.[1]
    }
  }
  return { code, isFenceOpen: fence !== undefined, headingLevels }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
}

/** Quote marks and list markers, read one after the other. */
function marksOf(line: string): {
  length: number
  quotes: number
  hasItem: boolean
  endsInQuote: boolean
} {
  const read = { length: 0, quotes: 0, hasItem: false, endsInQuote: false }
  for (;;) {
    const mark = /^[ \t]*(>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))/.exec(line.slice(read.length))
    if (mark === null) return read
    read.length += mark[0].length
    read.endsInQuote = mark[1] === '>'
    if (read.endsInQuote) read.quotes++
    else read.hasItem = true
  }
}

function dropQuotes(line: string, quotes: number): string | undefined {
  let inside = line
  for (let left = quotes; left > 0; left--) {
    inside = inside.replace(/^[ \t]+/, '')
    if (!inside.startsWith('>')) return undefined
    inside = inside.slice(1)
  }
  return inside
}

function closes(fence: Fence, inside: string): boolean {
  const run = inside.replaceAll(/^[ \t]+|[ \t]+$/g, '')
  const mark = fence.run.charAt(0)
  const isRun = run.length >= fence.run.length && run === mark.repeat(run.length)
  const spaces = indentationOf(inside) - (fence.quotes > 0 ? 1 : 0)
  return isRun && (fence.inList || spaces < 4)
}

function indentationOf(line: string): number {
  let columns = 0
  for (const character of line) {
    if (character === ' ') columns += 1
    else if (character === '\t') columns += 4
    else break
  }
  return columns
}
