import process from 'node:process'

/**
 * Tells a person what is being done and how long it took: on a terminal one line a step that settles, elsewhere one
 * plain line when it is done.
 */
export class Progress {
  #out
  #terminal
  #now
  /** @param {{ out?: NodeJS.WriteStream, now?: () => number }} [options] */
  constructor(options = {}) {
    this.#out = options.out ?? process.stdout
    this.#terminal = this.#out.isTTY
    this.#now = options.now ?? (() => performance.now())
  }

  /**
   * Runs `work` as a step called `title`; what `work` returns as text after it is shown as a remark.
   * @template T
   * @param {string} title
   * @param {(remark: (text: string) => void) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(title, work) {
    const startedAt = this.#now()
    let remark = ''
    const seconds = () => `${((this.#now() - startedAt) / 1000).toFixed(1)} s`
    const draw = () => this.#out.write(`\r\u001B[2K  … ${title} (${seconds()})`)
    const timer = this.#terminal ? setInterval(draw, 200) : undefined
    if (this.#terminal) draw()
    const settle = (/** @type {string} */ mark) => {
      clearInterval(timer)
      const note = remark === '' ? '' : `: ${remark}`
      this.#out.write(
        `${this.#terminal ? '\r\u001B[2K' : ''}  ${mark} ${title}${note} (${seconds()})\n`,
      )
    }
    try {
      const result = await work((text) => {
        remark = text
      })
      settle('✓')
      return result
    } catch (error) {
      settle('✗')
      throw error
    }
  }

  /** @param {string} text */
  say(text) {
    this.#out.write(`${text}\n`)
  }
}
