import type { ChatCompletionChunk, OpenAiErrorBody } from '@brainlyx/router-contract'
import { openSse, writeSse } from '@brainlyx/service-kit'
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

  /** Resolves when the reader can take more, or has gone. */
  async write(item: ChatCompletionChunk | OpenAiErrorBody): Promise<void> {
    await this.#send(JSON.stringify(item))
  }

  async end(): Promise<void> {
    await this.#send('[DONE]')
    this.#response.end()
  }

  /** Without `[DONE]`: what came is not a whole answer. */
  async fail(error: OpenAiErrorBody): Promise<void> {
    await this.write(error)
    this.#response.end()
  }

  async #send(data: string): Promise<void> {
    const response = this.#response
    if (response.destroyed) return
    if (!response.headersSent) openSse(response)
    if (writeSse(response, { data })) return
    if (response.destroyed) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }
}
