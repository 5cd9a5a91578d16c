import { BlockTracker } from './block-tracker.ts'
import { isClosingAdvertisement, mayBecomeClosingAdvertisement } from './closing-advertisement.ts'
import { HeadingLevels } from './heading-levels.ts'
import { readHeadingMarker, rewriteHeading } from './heading-marker.ts'
import type { HeadingMarker } from './heading-marker.ts'

const INLINE_MARK = /[`<$[]/
const NOTABLE = /[\n`<$[]/
/** In UTF-16 units, besides the line that is being read. */
const MAX_HELD = 140

/**
 * Evens headings, drops closing advertising and closes the last fence. Text goes out as it comes, except for the
 * beginning of a line while it may still become a heading's marker or advertising.
 */
export class LineStyler {
  readonly #blocks = new BlockTracker()
  readonly #levels = new HeadingLevels()
  #removesAdvertising: () => boolean
  /** The beginning of a line, not shown yet; undefined while a line goes out as it comes. */
  #undecided: string | undefined = ''
  /** Whole lines of advertising and empty ones behind them, with which the answer may end. */
  #held = ''
  /** What the tracker needs of the line so far, as it is shown. */
  #line = ''
  #needsWhole = false
  #hasInlineMarks = false
  #hasText = false

  /** @param removesAdvertising asked only where a line looks like it */
  constructor({ removesAdvertising }: { removesAdvertising: () => boolean }) {
    this.#removesAdvertising = removesAdvertising
  }

  /** @returns what can be shown */
  push(text: string): string {
    if (this.#undecided === undefined && !NOTABLE.test(text)) {
      if (this.#needsWhole) this.#line += text
      return text
    }
    let shown = ''
    let from = 0
    while (from < text.length) {
      const lineEnd = text.indexOf('\n', from)
      const to = lineEnd === -1 ? text.length : lineEnd + 1
      shown += this.#add(text.slice(from, to), lineEnd !== -1)
      from = to
    }
    return shown
  }

  /** @returns the rest */
  end(): string {
    const isInLine = this.#undecided !== ''
    const shown = isInLine ? this.#add('', true) : ''
    const { closingLine } = this.#blocks
    if (closingLine === undefined) return shown
    return `${shown}${isInLine ? '\n' : ''}${closingLine}`
  }

  #add(piece: string, endsLine: boolean): string {
    if (this.#undecided === undefined) {
      this.#follow(piece, endsLine)
      return piece
    }
    const line = this.#undecided + piece
    const marker = this.#blocks.takesHeading ? readHeadingMarker(line, endsLine) : undefined
    if (marker === 'undecided') {
      this.#undecided = line
      return ''
    }
    if (this.#mayBeClosing(line, endsLine)) return this.#hold(line, endsLine)
    const shown = marker === undefined ? line : this.#evenHeading(line, marker)
    this.#follow(shown, endsLine)
    return this.#release() + shown
  }

  #evenHeading(line: string, marker: HeadingMarker): string {
    // Hashes without a space may go on with what began on the line before, such as code.
    if (marker.lacksSpace && this.#blocks.mayBeInsideSpan) return line
    return rewriteHeading(line, marker, this.#levels.next(marker.level))
  }

  #mayBeClosing(line: string, isWhole: boolean): boolean {
    if (!this.#hasText || !this.#blocks.takesPlainLine) return false
    const text = withoutLineEnd(line)
    if (this.#held !== '' && isBlank(text)) return true
    const looksLikeIt = isWhole ? isClosingAdvertisement : mayBecomeClosingAdvertisement
    return looksLikeIt(text) && this.#removesAdvertising()
  }

  #hold(line: string, isWhole: boolean): string {
    if (!isWhole) {
      this.#undecided = line
      return ''
    }
    this.#held += line
    this.#follow(line, true)
    if (this.#held.length <= MAX_HELD) return ''
    // Text that goes on like this is about advertising. Styled again, it must stay as it is.
    this.#removesAdvertising = () => false
    return this.#release()
  }

  #release(): string {
    const held = this.#held
    this.#held = ''
    return held
  }

  #follow(shown: string, endsLine: boolean): void {
    if (this.#line === '') this.#needsWhole = this.#blocks.needsWhole(shown)
    if (this.#line === '' || this.#needsWhole) this.#line += shown
    this.#hasInlineMarks ||= INLINE_MARK.test(shown)
    this.#undecided = endsLine ? '' : undefined
    if (!endsLine) return
    this.#hasText ||= !isBlank(this.#line)
    this.#blocks.endLine(withoutLineEnd(this.#line), this.#hasInlineMarks)
    this.#line = ''
    this.#hasInlineMarks = false
  }
}

function withoutLineEnd(line: string): string {
  return line.replace(/\r?\n?$/, '')
}

function isBlank(text: string): boolean {
  return !/\S/.test(text)
}
