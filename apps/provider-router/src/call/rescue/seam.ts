import type { StreamPart } from '../../adapters/stream-part.ts'

/**
 * Joins an answer's continuation to its beginning. The beginning was sent without the white space at its end, which
 * the caller has: where the continuation begins with it again, it is left out.
 */
export class Seam {
  #trimmed: string

  constructor(sentText: string) {
    this.#trimmed = sentText.slice(sentText.trimEnd().length)
  }

  /** undefined where nothing of the part is new. */
  join(part: StreamPart): StreamPart | undefined {
    if (this.#trimmed === '' || part.type !== 'text-delta') return part
    let common = 0
    while (
      common < part.text.length &&
      common < this.#trimmed.length &&
      part.text[common] === this.#trimmed[common]
    ) {
      common++
    }
    this.#trimmed = common === part.text.length ? this.#trimmed.slice(common) : ''
    return common === part.text.length ? undefined : { ...part, text: part.text.slice(common) }
  }
}
