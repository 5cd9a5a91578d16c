/** What went wrong, in a sentence, and what mends it. Shown to the person as it is, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} sentence
   * @param {{ mend?: string, details?: string, cause?: unknown }} [options] `details`: a few lines of a log
   */
  constructor(sentence, options = {}) {
    super(sentence, { cause: options.cause })
    this.name = 'Failure'
    this.mend = options.mend
    this.details = options.details
  }
}
