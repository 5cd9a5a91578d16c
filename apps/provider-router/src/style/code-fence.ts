import { columnsOf, withinQuotes } from './line-containers.ts'
import type { LineContainers } from './line-containers.ts'

/** An open fenced code block (CommonMark 0.31.2, section 4.5). */
export interface CodeFence {
  readonly marker: string
  readonly length: number
  readonly quoteDepth: number
  /** In a list the item's own indentation comes first, and models rarely count it right: any will do. */
  readonly anyIndentation: boolean
  /** The line that closes it, without a line end. */
  readonly closingLine: string
}

const OPENING = /^(?:`{3,}(?![^]*`)|~{3,})/
const CLOSING = /^([ \t]*)(`{3,}|~{3,})[ \t]*$/

/** @param inList whether the line is an item of a list or may continue one */
export function openingFence(line: LineContainers, inList: boolean): CodeFence | undefined {
  const run = OPENING.exec(line.content)?.[0]
  if (run === undefined || (!inList && line.indentationColumns > 3)) return undefined
  return {
    marker: run.charAt(0),
    length: run.length,
    quoteDepth: line.quoteDepth,
    anyIndentation: inList,
    closingLine: line.prefix.replaceAll(/[^>\s]/g, ' ') + run,
  }
}

/** What a line does to an open fence. Outside the fence's quote there is no more fence. */
export function afterLine(fence: CodeFence, line: string): 'open' | 'closed' | 'left' {
  const content = withinQuotes(line, fence.quoteDepth)
  if (content === undefined) return 'left'
  const [, indentation, run] = CLOSING.exec(content) ?? []
  if (indentation === undefined || run === undefined) return 'open'
  const quoteSpace = fence.quoteDepth > 0 ? 1 : 0
  const fits = fence.anyIndentation || columnsOf(indentation) - quoteSpace <= 3
  return fits && run.startsWith(fence.marker) && run.length >= fence.length ? 'closed' : 'open'
}
