/**
 * Keeps headings from jumping more than one level deeper than the heading before. A heading goes one level below the
 * nearest heading that is above it in the original; what shared a level under one heading still does.
 */
export class HeadingLevels {
  /** The path from the top to the last heading. */
  readonly #path: { readonly original: number; readonly shown: number }[] = []

  /** @param original 1 to 6 @returns the level to show, which is never deeper than the original */
  next(original: number): number {
    let parent = this.#path.at(-1)
    while (parent !== undefined && parent.original >= original) {
      this.#path.pop()
      parent = this.#path.at(-1)
    }
    const shown = parent === undefined ? original : parent.shown + 1
    this.#path.push({ original, shown })
    return shown
  }
}
