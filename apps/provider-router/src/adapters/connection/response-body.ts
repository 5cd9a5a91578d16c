import type { Readable } from 'node:stream'

/** What may still come after the last part that anybody reads, and how long it is waited for. */
const REST_LIMIT_BYTES = 65_536
const REST_LIMIT_MS = 250

/**
 * The bytes of a response, as many at a time as have come. Readers stop at the provider's end marker, a moment before
 * the body itself ends. To drop the body there would close the connection, and so cost the next call a new one with
 * its handshakes: the little rest is read in the background instead. Leaving it needs no read to have ended, unlike
 * with an async generator, so a body that stays open is dropped too.
 */
export class ResponseBody implements AsyncIterableIterator<Uint8Array> {
  readonly #source: Readable
  #wake: (() => void) | undefined
  #error: Error | undefined
  #ended = false
  #closed = false

  constructor(source: Readable) {
    this.#source = source
    const wake = (): void => this.#wake?.()
    source.on('readable', wake)
    source.once('end', () => {
      this.#ended = true
      wake()
    })
    source.once('error', (error) => {
      this.#error = error
      wake()
    })
    source.once('close', () => {
      this.#closed = true
      wake()
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error
      const value = this.#source.read() as Buffer | null
      if (value !== null) return { done: false, value }
      if (this.#ended || this.#closed) return { done: true, value: undefined }
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = undefined
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#ended) readRest(this.#source)
    return { done: true, value: undefined }
  }
}

function readRest(source: Readable): void {
  const timer = setTimeout(() => source.destroy(), REST_LIMIT_MS)
  let bytes = 0
  source.removeAllListeners('readable')
  source.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > REST_LIMIT_BYTES) source.destroy()
  })
  source.once('close', () => clearTimeout(timer))
  source.resume()
}
