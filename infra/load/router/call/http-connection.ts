import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** As they came, one character a byte. */
export interface RawResponse {
  readonly head: string
  /** Still in chunks where the head says so. */
  readonly body: string
  /** Why there is no whole response; undefined: there is one. */
  readonly failure: string | undefined
}

/** Servers close what has been idle for 5 s; a request that crosses that would fail for no fault of anybody's. */
const LONGEST_IDLE_MS = 3_000
const END_OF_HEAD = '\r\n\r\n'
/** What it reads is copied before the next connection reads. */
const sharedBuffer = Buffer.allocUnsafe(65_536)

/**
 * A connection that stays open and makes one request at a time. Whoever calls shares a core with the simulator, and
 * this costs a third of undici's 40 µs a call: bytes become text at once, and are looked at when the call is over.
 */
export class HttpConnection {
  readonly #socket: Socket
  #text = ''
  #bodyAt = 0
  /** Length of the whole response; undefined: it is in chunks, or ends with the connection. */
  #wholeLength: number | undefined
  #isChunked = false
  #onText: ((text: string) => void) | undefined
  #resolve: ((response: RawResponse) => void) | undefined
  #failure: string | undefined
  #idleSince = performance.now()

  constructor({ hostname, port }: URL) {
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: sharedBuffer,
        callback: (length) => {
          this.#take(sharedBuffer.toString('latin1', 0, length))
          return true
        },
      },
    })
    this.#socket.on('error', (error) => (this.#failure ??= error.message))
    this.#socket.on('close', () => this.#closed())
  }

  get isUsable(): boolean {
    return !this.#socket.destroyed && performance.now() - this.#idleSince < LONGEST_IDLE_MS
  }

  /** Never rejects. @param onText hears all that has come so far, each time that something has */
  exchange(request: string, onText?: (text: string) => void): Promise<RawResponse> {
    this.#text = ''
    this.#bodyAt = 0
    this.#wholeLength = undefined
    this.#onText = onText
    return new Promise((resolve) => {
      this.#resolve = resolve
      this.#socket.write(request)
    })
  }

  destroy(reason?: string): void {
    this.#failure ??= reason
    this.#socket.destroy()
  }

  #take(text: string): void {
    this.#text += text
    if (this.#bodyAt === 0) this.#readHead()
    this.#onText?.(this.#text)
    if (this.#bodyAt > 0 && this.#isWhole(text)) this.#end(undefined)
  }

  #readHead(): void {
    const end = this.#text.indexOf(END_OF_HEAD)
    if (end === -1) return
    const head = this.#text.slice(0, end)
    const length = /^content-length: *(\d+)/im.exec(head)?.[1]
    this.#bodyAt = end + END_OF_HEAD.length
    this.#wholeLength = length === undefined ? undefined : this.#bodyAt + Number(length)
    this.#isChunked = /^transfer-encoding: *chunked/im.test(head)
  }

  /** No piece of JSON or of an event stream ends as the last chunk does; whoever reads the chunks sees it if one did. */
  #isWhole(latest: string): boolean {
    if (this.#wholeLength !== undefined) return this.#text.length >= this.#wholeLength
    if (!this.#isChunked) return false
    const end = latest.length >= 7 ? latest : this.#text.slice(-7)
    return end.endsWith('\r\n0\r\n\r\n')
  }

  #closed(): void {
    const endsWithConnection =
      this.#bodyAt > 0 && this.#wholeLength === undefined && !this.#isChunked
    this.#end(endsWithConnection ? this.#failure : (this.#failure ?? 'the connection was closed'))
  }

  #end(failure: string | undefined): void {
    const resolve = this.#resolve
    if (resolve === undefined) return
    this.#resolve = undefined
    this.#onText = undefined
    this.#idleSince = performance.now()
    const head = this.#text.slice(0, this.#bodyAt)
    resolve({ head, body: this.#text.slice(this.#bodyAt), failure })
  }
}
