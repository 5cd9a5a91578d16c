import { Lexer } from 'marked'
import type { MarkedToken, Token } from 'marked'

export interface Blocks {
  readonly tokens: readonly MarkedToken[]
  /** How many link definitions the text has; blocks that refer to them change with it. */
  readonly definitions: number
}

/** So many blocks at the end may still change: an item that becomes part of the list before it, for one. */
const UNSETTLED_BLOCKS = 2

/**
 * Splits a growing text into markdown blocks, lexing only its end again at each step: an answer costs its length,
 * not its square. `update(text, true)` lexes the whole once more, which settles links defined further down.
 */
export class BlockSplitter {
  #text = ''
  #complete = false
  #settled: MarkedToken[] = []
  #settledLength = 0
  #blocks: Blocks = { tokens: [], definitions: 0 }

  update(text: string, complete: boolean): Blocks {
    if (text === this.#text && complete === this.#complete) return this.#blocks
    if (complete || !text.startsWith(this.#text.slice(0, this.#settledLength))) this.#reset()
    this.#text = text
    this.#complete = complete

    const lexed = Lexer.lex(text.slice(this.#settledLength), { gfm: true })
    const rest = lexed.filter(isMarkedToken)
    this.#blocks = {
      tokens: [...this.#settled, ...rest].filter((token) => token.type !== 'space'),
      definitions: Object.keys(lexed.links).length,
    }
    if (!complete) this.#settle(rest)
    return this.#blocks
  }

  #settle(rest: readonly MarkedToken[]): void {
    let end = rest.length
    for (let unsettled = 0; end > 0 && unsettled < UNSETTLED_BLOCKS; end--) {
      if (rest[end - 1]!.type !== 'space') unsettled++
    }
    const settled = rest.slice(0, end)
    const length = settled.reduce((sum, token) => sum + token.raw.length, 0)
    // The lexer normalises line ends and tabs; where it did, positions in the text are not its own.
    const raw = settled.map((token) => token.raw).join('')
    if (raw !== this.#text.slice(this.#settledLength, this.#settledLength + length)) return
    this.#settled.push(...settled)
    this.#settledLength += length
  }

  #reset(): void {
    this.#settled = []
    this.#settledLength = 0
  }
}

/** Without extensions the lexer makes its own tokens only; the type also allows for others. */
export function isMarkedToken(token: Token): token is MarkedToken {
  return token.type in KNOWN
}

const KNOWN: Record<MarkedToken['type'], true> = {
  blockquote: true,
  br: true,
  checkbox: true,
  code: true,
  codespan: true,
  def: true,
  del: true,
  em: true,
  escape: true,
  heading: true,
  hr: true,
  html: true,
  image: true,
  link: true,
  list: true,
  list_item: true,
  paragraph: true,
  space: true,
  strong: true,
  table: true,
  text: true,
}
