import type { ChatCompletionChunk, OpenAiErrorBody, StreamItem } from '@brainlyx/router-contract'
import { setSseHeaders } from '@brainlyx/service-kit'
import type { Response } from 'express'

/** The caller's event stream, opened with its first item, and never written faster than it is read. */
export class CompletionStream {
  readonly #response: Response
  #wake: (() => void) | undefined

  constructor(response: Response) {
    this.#response = response
    // One listener each for the stream's whole life: behind a compressor `once` would leave them there.
    const wake = (): void => this.#wake?.()
    response.on('drain', wake)
    response.on('close', wake)
  }

  get isOpen(): boolean {
    return this.#response.headersSent
  }

  /** All at once. Resolves when the reader can take more, or has gone. */
  async write(items: readonly StreamItem[]): Promise<void> {
    const response = this.#response
    if (items.length === 0 || response.destroyed) return
    if (!response.headersSent) setSseHeaders(response)
    const accepted = response.write(textOf(items))
    response.flush()
    if (accepted || response.destroyed) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }

  /** The last items, and the mark of a whole answer. */
  end(items: readonly ChatCompletionChunk[]): void {
    if (!this.#response.headersSent) setSseHeaders(this.#response)
    this.#response.end(`${textOf(items)}data: [DONE]\n\n`)
  }

  /** Without that mark: what came is not a whole answer. */
  fail(error: OpenAiErrorBody): void {
    this.#response.end(textOf([error]))
  }
}

function textOf(items: readonly StreamItem[]): string {
  let text = ''
  for (const item of items) text += `data: ${JSON.stringify(item)}\n\n`
  return text
}
