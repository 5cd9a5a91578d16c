import { chunkOf, setSseHeaders, socketPast } from '@brainlyx/service-kit'
import type { Response } from 'express'
import type { Socket } from 'node:net'

/** How items are written down, and what says that they are all. */
export interface StreamFormat {
  readonly frame: (item: object) => string
  readonly endMark: string
}

/** As of a chat completion. */
export const COMPLETION_FORMAT: StreamFormat = {
  frame: (item) => `data: ${JSON.stringify(item)}\n\n`,
  endMark: 'data: [DONE]\n\n',
}

/**
 * The caller's event stream, opened with its first item, and never written faster than it is read. Once it is open it
 * is written past the response where it can be.
 */
export class CompletionStream {
  readonly #response: Response
  readonly #format: StreamFormat
  /** Where chunks may go past the response; null: not yet. */
  #socket: Socket | null = null
  #wake: (() => void) | undefined

  constructor(response: Response, format: StreamFormat = COMPLETION_FORMAT) {
    this.#response = response
    this.#format = format
    // One listener each for the stream's whole life: behind a compressor `once` would leave them there.
    response.on('drain', this.#drained)
    response.on('close', () => {
      this.#socket?.removeListener('drain', this.#drained)
      this.#wake?.()
    })
  }

  get isOpen(): boolean {
    return this.#response.headersSent
  }

  /** All at once. Resolves when the reader can take more, or has gone. */
  async write(items: readonly object[]): Promise<void> {
    const response = this.#response
    if (items.length === 0 || response.destroyed) return
    const text = this.#textOf(items)
    let accepted: boolean
    this.#socket ??= this.#socketPast()
    if (this.#socket !== null) accepted = this.#socket.write(chunkOf(text))
    else {
      if (!response.headersSent) setSseHeaders(response)
      accepted = response.write(text)
      response.flush()
    }
    if (accepted || response.destroyed) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }

  /** The last items, and the mark of a whole answer. */
  end(items: readonly object[]): void {
    if (!this.#response.headersSent) setSseHeaders(this.#response)
    this.#response.end(`${this.#textOf(items)}${this.#format.endMark}`)
  }

  /** Without that mark: what came is not a whole answer. */
  fail(items: readonly object[]): void {
    this.#response.end(this.#textOf(items))
  }

  #textOf(items: readonly object[]): string {
    let text = ''
    for (const item of items) text += this.#format.frame(item)
    return text
  }

  readonly #drained = (): void => this.#wake?.()

  #socketPast(): Socket | null {
    const socket = socketPast(this.#response)
    socket?.on('drain', this.#drained)
    return socket
  }
}
