import { NO_LETTER, UNSPACED_LETTER, characterClass } from './character-class.ts'
import { EdgeTable } from './edge-table.ts'
import { foldText } from './fold-text.ts'

/** Where a cue was found in a text. */
export interface Hits {
  /** Offset of the first one. */
  first: number
  last: number
  count: number
}

interface Ending<Cue> {
  readonly cue: Cue
  /** Of `übersetz*`: the word may go on. */
  readonly isBeginning: boolean
}

const ROOT = 0

/**
 * Finds thousands of phrases in one pass: a trie, walked from each beginning of a word. The time is bounded by the
 * text's length times the longest phrase's, whatever the text.
 */
export class PhraseFinder<Cue> {
  readonly #edges = new EdgeTable()
  /** What ends at each node. */
  readonly #endings: (Ending<Cue>[] | undefined)[] = [undefined]

  /** @param phrase words with single spaces between; with `*` at its end, its last word may go on */
  add(phrase: string, cue: Cue): void {
    const isBeginning = phrase.endsWith('*')
    const folded = foldText(isBeginning ? phrase.slice(0, -1) : phrase)
    let node = ROOT
    for (let index = 0; index < folded.length; index++) {
      const unit = folded.charCodeAt(index)
      let next = this.#edges.get(node, unit)
      if (next === -1) {
        next = this.#endings.push(undefined) - 1
        this.#edges.set(node, unit, next)
      }
      node = next
    }
    const endings = (this.#endings[node] ??= [])
    endings.push({ cue, isBeginning })
  }

  /** @param text folded by `foldText` */
  find(text: string): Map<Cue, Hits> {
    const found = new Map<Cue, Hits>()
    let before = NO_LETTER
    for (let start = 0; start < text.length; start++) {
      const here = characterClass(text.charCodeAt(start))
      if (here !== NO_LETTER && (before === NO_LETTER || isBreak(before, here))) {
        this.#walk(text, start, found)
      }
      before = here
    }
    return found
  }

  #walk(text: string, start: number, found: Map<Cue, Hits>): void {
    let node = this.#edges.get(ROOT, text.charCodeAt(start))
    for (let end = start + 1; node !== -1; end++) {
      const endings = this.#endings[node]
      if (endings !== undefined) {
        const isWhole = endsWord(text, end)
        for (const { cue, isBeginning } of endings) {
          if (isWhole || isBeginning) note(found, cue, start)
        }
      }
      node = end < text.length ? this.#edges.get(node, text.charCodeAt(end)) : -1
    }
  }
}

/** Between an unspaced letter and any other, a word may begin or end. */
function isBreak(left: number, right: number): boolean {
  return left === UNSPACED_LETTER || right === UNSPACED_LETTER
}

function endsWord(text: string, end: number): boolean {
  const right = characterClass(text.charCodeAt(end))
  return right === NO_LETTER || isBreak(characterClass(text.charCodeAt(end - 1)), right)
}

function note<Cue>(found: Map<Cue, Hits>, cue: Cue, at: number): void {
  const hits = found.get(cue)
  if (hits === undefined) {
    found.set(cue, { first: at, last: at, count: 1 })
  } else if (hits.last !== at) {
    hits.last = at
    hits.count += 1
  }
}
