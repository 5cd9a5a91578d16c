import { createBeat, eventLoopCrowding } from '@brainlyx/service-kit'
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** What may still come after the last part that anybody reads, and how long it is waited for. */
const REST_LIMIT_BYTES = 65_536
const REST_LIMIT_MS = 250
/**
 * In a crowded process more of a stream is waited for: a pause that a reader may notice, where not all could be served
 * otherwise.
 */
const BEAT_MS = { shortest: 20, longest: 300 } as const
const beat = createBeat(
  () => BEAT_MS.shortest + eventLoopCrowding() * (BEAT_MS.longest - BEAT_MS.shortest),
)
/** Where a reader is behind by this much, the provider has to wait. */
const MOST_UNREAD_BYTES = 65_536

/**
 * One response, taken from undici as its bytes come, with no stream between.
 * Its chunks are given as many at a time as have come. In a crowded process those that may wait are given at the beat of
 * all streams.
 *
 * Readers stop at the provider's end marker, a moment before the body itself ends. To drop the body there would close
 * the connection, and so cost the next call a new one with its handshakes: the little rest is read in the background
 * instead.
 */
export class IncomingResponse
  implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array>
{
  #signal: AbortSignal
  readonly #head = Promise.withResolvers<this>()
  #controller: Dispatcher.DispatchController | undefined
  #chunks: Buffer[] = []
  #unreadBytes = 0
  /** Only the whole is wanted. */
  #isWhole = false
  #ended = false
  #error: Error | undefined
  #wake: (() => void) | undefined
  /** The rest that nobody reads, once the reader has gone. */
  #restTimer: NodeJS.Timeout | undefined
  #restBytes = 0

  status = 0
  headers: IncomingHttpHeaders = {}
  /** What comes next may wait for more, where the process is crowded. */
  mayWait = false

  /** Aborting `signal` ends it with the signal's reason. */
  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#abort, { once: true })
  }

  /** This, once its head has come. */
  get head(): Promise<this> {
    return this.#head.promise
  }

  /** From now on `signal` ends it, and no longer the one that it was made with. */
  follow(signal: AbortSignal): void {
    if (this.#ended || signal === this.#signal) return
    this.#signal.removeEventListener('abort', this.#abort)
    this.#signal = signal
    if (signal.aborted) this.#abort()
    else signal.addEventListener('abort', this.#abort, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#signal.aborted) this.#abort()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return
    this.status = status
    this.headers = headers
    this.#head.resolve(this)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#restTimer !== undefined) {
      this.#restBytes += chunk.length
      if (this.#restBytes > REST_LIMIT_BYTES) this.#drop()
      return
    }
    this.#chunks.push(chunk)
    if (this.#isWhole) return
    this.#unreadBytes += chunk.length
    if (this.#unreadBytes > MOST_UNREAD_BYTES) controller.pause()
    if (this.#chunks.length === 1) this.#arrive()
  }

  onResponseEnd(): void {
    this.#finish()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish(error)
    this.#head.reject(error)
  }

  /** Its whole body, in place of its chunks. @throws what broke the connection */
  async whole(): Promise<Buffer> {
    this.#isWhole = true
    this.#controller?.resume()
    while (!this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve))
    if (this.#error !== undefined) throw this.#error
    return this.#take()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @throws what broke the connection, after what came before it */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#chunks.length > 0) return { done: false, value: this.#take() }
      if (this.#error !== undefined) throw this.#error
      if (this.#ended) return { done: true, value: undefined }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#ended && this.#restTimer === undefined) {
      beat.forget(this.#wakeReader)
      this.#chunks = []
      this.#restTimer = setTimeout(() => this.#drop(), REST_LIMIT_MS)
      this.#controller?.resume()
    }
    return { done: true, value: undefined }
  }

  #arrive(): void {
    if (this.mayWait && eventLoopCrowding() > 0) beat.await(this.#wakeReader)
    else this.#wakeReader()
  }

  readonly #wakeReader = (): void => {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #take(): Buffer {
    const value = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    const wasPaused = this.#unreadBytes > MOST_UNREAD_BYTES
    this.#chunks = []
    this.#unreadBytes = 0
    // Last, since more may come before it returns.
    if (wasPaused) this.#controller?.resume()
    return value
  }

  readonly #abort = (): void => {
    this.#controller?.abort(this.#signal.reason as Error)
  }

  #drop(): void {
    this.#controller?.abort(new Error('nobody reads the rest'))
  }

  #finish(error?: Error): void {
    this.#ended = true
    this.#error = error
    clearTimeout(this.#restTimer)
    beat.forget(this.#wakeReader)
    this.#signal.removeEventListener('abort', this.#abort)
    this.#wakeReader()
  }
}
