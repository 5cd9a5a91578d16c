/** What stands before a line's content: quote marks, list markers, indentation. */
export interface LineContainers {
  /** Columns before everything else. */
  readonly leadingColumns: number
  readonly quoteDepth: number
  readonly isListItem: boolean
  /** Columns between the last mark and the content. */
  readonly indentationColumns: number
  /** Everything before the content, as written. */
  readonly prefix: string
  readonly content: string
}

/** Patterns with groups that repeat overflow on lines of millions. */
const MAX_MARKS = 1_000
const MARKS = /^(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)))*/
const INDENTATION = /^[ \t]*/

/** @param line without its line end */
export function readContainers(line: string): LineContainers {
  const marks = matched(MARKS, line.slice(0, MAX_MARKS))
  const indentation = matched(INDENTATION, line.slice(marks.length))
  const prefix = marks + indentation
  return {
    leadingColumns: columnsOf(matched(INDENTATION, line)),
    quoteDepth: marks.split('>').length - 1,
    isListItem: /[^> \t]/.test(marks),
    // One space belongs to the quote mark.
    indentationColumns: Math.max(0, columnsOf(indentation) - (marks.endsWith('>') ? 1 : 0)),
    prefix,
    content: line.slice(prefix.length),
  }
}

/** What a line holds inside that many quotes; undefined where it has left one of them. */
export function withinQuotes(line: string, depth: number): string | undefined {
  let content = line
  for (let level = 0; level < depth; level++) {
    const mark = /^[ \t]*>/.exec(content)
    if (mark === null) return undefined
    content = content.slice(mark[0].length)
  }
  return content
}

/** A tab counts as four, which is exact where it comes first and more than three wherever it comes. */
export function columnsOf(indentation: string): number {
  return indentation.length + 3 * (indentation.split('\t').length - 1)
}

function matched(pattern: RegExp, text: string): string {
  return pattern.exec(text)?.[0] ?? ''
}
