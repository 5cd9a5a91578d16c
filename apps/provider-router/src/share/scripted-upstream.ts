/** An upstream that does what a test tells it to, and remembers how it was used. */
export class ScriptedUpstream implements AsyncIterableIterator<number> {
  readonly signal: AbortSignal
  /** How often an event was asked for. */
  asked = 0
  /** It was told that no more is wanted. */
  returned = false
  #cleanUp: () => Promise<void> | void
  #waiting: PromiseWithResolvers<IteratorResult<number>> | undefined

  /** @param cleanUp what it does in the end, when it is left early */
  constructor(signal: AbortSignal, cleanUp: () => Promise<void> | void = () => undefined) {
    this.signal = signal
    this.#cleanUp = cleanUp
    signal.addEventListener('abort', () => {
      this.#waiting?.reject(signal.reason)
      this.#waiting = undefined
    })
  }

  /** Somebody waits for its next event. */
  get isAsked(): boolean {
    return this.#waiting !== undefined
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<number>> {
    if (this.#waiting !== undefined) throw new Error('asked twice at a time')
    this.asked++
    this.#waiting = Promise.withResolvers()
    return this.#waiting.promise
  }

  async return(): Promise<IteratorResult<number>> {
    this.returned = true
    await this.#cleanUp()
    return { done: true, value: undefined }
  }

  give(value: number): void {
    this.#answer().resolve({ done: false, value })
  }

  finish(): void {
    this.#answer().resolve({ done: true, value: undefined })
  }

  fail(error: unknown): void {
    this.#answer().reject(error)
  }

  #answer(): PromiseWithResolvers<IteratorResult<number>> {
    const waiting = this.#waiting
    if (waiting === undefined) throw new Error('nobody asked')
    this.#waiting = undefined
    return waiting
  }
}
