import { afterLine, openingFence } from './code-fence.ts'
import type { CodeFence } from './code-fence.ts'
import { readContainers } from './line-containers.ts'

/** What may be more than a line of a paragraph begins with one of these. */
const SPECIAL_START = /^[\s`~<>$|:*+\-#=_\d]/
const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/
const BREAK = /^ {0,3}([-_*])(?:[ \t]*\1){2,}[ \t]*$/
const MAX_BREAK = 1_000
const TAG = /^<\/?[a-z]/i

/** What is raw until a line ends it, whatever comes (CommonMark 0.31.2, section 4.6, kinds 1 and 2). */
const RAW_BLOCKS = [
  {
    start: /^<(?:pre|script|style|textarea)(?=[\s>]|$)/i,
    end: /<\/(?:pre|script|style|textarea)>/i,
  },
  { start: /^<!--/, end: /-->/ },
]

/**
 * Knows, at each beginning of a line, what kind of block the line stands in. Where models and CommonMark disagree about
 * what is code, it takes it for code.
 */
export class BlockTracker {
  #fence: CodeFence | undefined
  #rawEnd: RegExp | undefined
  #inFormula = false
  /** From a line that begins with a tag to the next empty one. */
  #inTags = false
  #inList = false
  #isAfterEmptyLine = false
  #paragraph: 'none' | 'plain' | 'other' = 'none'
  #hasInlineMarks = false

  /** Whether hashes at the beginning of the next line can be a heading. */
  get takesHeading(): boolean {
    // Such a line has left a fence that stands inside a quote.
    const inFence = this.#fence !== undefined && this.#fence.quoteDepth === 0
    return !inFence && !this.#isRaw && !this.#inTags
  }

  /** Whether an ordinary next line is a paragraph's, outside lists, quotes, tables and code. */
  get takesPlainLine(): boolean {
    return this.takesHeading && this.#fence === undefined && this.#paragraph !== 'other'
  }

  /** Whether code, a link, a tag or a formula may go on from the line before. */
  get mayBeInsideSpan(): boolean {
    return this.#hasInlineMarks
  }

  /** The line that closes the open fence; undefined where none is open. */
  get closingLine(): string | undefined {
    return this.#fence?.closingLine
  }

  /** Whether `endLine` needs the whole line; where not, its beginning will do. */
  needsWhole(beginning: string): boolean {
    return this.#isRaw || SPECIAL_START.test(beginning)
  }

  /**
   * @param line without its line end
   * @param hasInlineMarks whether anything in the line may begin code, a link, a tag or a formula
   */
  endLine(line: string, hasInlineMarks: boolean): void {
    if (this.#fence !== undefined) {
      const after = afterLine(this.#fence, line)
      if (after === 'open') return
      this.#fence = undefined
      if (after === 'closed') return
    }
    if (this.#rawEnd !== undefined) {
      if (this.#rawEnd.test(line)) this.#rawEnd = undefined
      return
    }
    if (/^\s*$/.test(line)) {
      this.#inTags = false
      this.#isAfterEmptyLine = true
      this.#endParagraph()
      return
    }
    this.#readLine(line)
    this.#isAfterEmptyLine = false
    this.#hasInlineMarks = this.#paragraph !== 'none' && (this.#hasInlineMarks || hasInlineMarks)
  }

  get #isRaw(): boolean {
    return this.#rawEnd !== undefined || this.#inFormula
  }

  #readLine(line: string): void {
    const containers = readContainers(line)
    const { leadingColumns, quoteDepth, isListItem, content } = containers
    const isIndented = leadingColumns > 3 && !this.#inList
    const isBreak = BREAK.test(line.slice(0, MAX_BREAK)) || HEADING.test(line)
    if (!isIndented && !isBreak && isListItem) this.#inList = true
    else if (this.#isAfterEmptyLine && leadingColumns < 2) this.#inList = false

    const fence = isIndented || isBreak ? undefined : openingFence(containers, this.#inList)
    if (fence !== undefined) {
      this.#fence = fence
      this.#inFormula = false
    }
    if (fence !== undefined || isBreak) {
      this.#endParagraph()
      return
    }
    const isPlain = !SPECIAL_START.test(line) && this.#paragraph !== 'other'
    this.#paragraph = isPlain ? 'plain' : 'other'
    if (!isIndented && quoteDepth === 0) this.#openRawBlock(content)
  }

  #openRawBlock(content: string): void {
    const raw = RAW_BLOCKS.find(({ start }) => start.test(content))
    if (raw !== undefined && !raw.end.test(content)) this.#rawEnd = raw.end
    if (TAG.test(content)) this.#inTags = true
    const marks = content.split('$$').length - 1
    if (marks % 2 === 1 && (this.#inFormula || content.startsWith('$$'))) {
      this.#inFormula = !this.#inFormula
    }
  }

  #endParagraph(): void {
    this.#paragraph = 'none'
    this.#hasInlineMarks = false
  }
}
