import type { ChatCompletionChunk, OpenAiErrorBody } from '@brainlyx/router-contract'
import { openSse } from '@brainlyx/service-kit'
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
  async write(items: readonly (ChatCompletionChunk | OpenAiErrorBody)[]): Promise<void> {
    let text = ''
    for (const item of items) text += `data: ${JSON.stringify(item)}\n\n`
    if (text !== '') await this.#send(text)
  }

  async end(): Promise<void> {
    await this.#send('data: [DONE]\n\n')
    this.#response.end()
  }

  /** Without `[DONE]`: what came is not a whole answer. */
  async fail(error: OpenAiErrorBody): Promise<void> {
    await this.write([error])
    this.#response.end()
  }

  async #send(text: string): Promise<void> {
    const response = this.#response
    if (response.destroyed) return
    if (!response.headersSent) openSse(response)
    const accepted = response.write(text)
    response.flush()
    if (accepted || response.destroyed) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }
}
