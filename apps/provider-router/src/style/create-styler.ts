import { LineStyler } from './line-styler.ts'
import { readOpening } from './opening-advertisement.ts'

/** Looks after one choice of an answer, from its first delta to its last. */
export interface Styler {
  /** @returns what can be shown by now; usually the text itself */
  push(text: string): string
  /** @returns the rest, and what closes an open code fence */
  end(): string
}

/**
 * The house's looks for an answer's Markdown: fences are closed, headings do not jump levels, boilerplate about whose
 * product speaks goes. All else, code above all, stays byte for byte. Styling what was styled changes nothing.
 * @param mayNameItself whether the caller wants to hear who answers, see `asksAboutIdentity`; asked only where something
 * looks like advertising
 */
export function createStyler({
  mayNameItself = () => false,
}: { mayNameItself?: () => boolean } = {}): Styler {
  const lines = new LineStyler({ removesAdvertising: () => !mayNameItself() })
  /** The beginning of the answer, while it may be advertising. */
  let opening: string | undefined = ''

  const readBeginning = (text: string, isWhole: boolean): string => {
    let answer = text
    let verdict = readOpening(answer, isWhole)
    while (verdict.type === 'advertisement') {
      if (mayNameItself()) {
        opening = undefined
        return lines.push(answer)
      }
      const rest = answer.slice(verdict.rest)
      answer = verdict.isInSentence ? capitalised(rest) : rest
      verdict = readOpening(answer, isWhole)
    }
    opening = verdict.type === 'undecided' ? answer : undefined
    return verdict.type === 'undecided' ? '' : lines.push(answer)
  }

  return {
    push: (text) =>
      opening === undefined ? lines.push(text) : readBeginning(opening + text, false),
    end: () => {
      const beginning = opening === undefined ? '' : readBeginning(opening, true)
      return beginning + lines.end()
    },
  }
}

/** Leaves alone what has no capital of one letter. */
function capitalised(text: string): string {
  const capital = text.charAt(0).toUpperCase()
  return capital.length === 1 ? capital + text.slice(1) : text
}
