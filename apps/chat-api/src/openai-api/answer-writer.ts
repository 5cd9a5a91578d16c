import { openAiError, setSseHeaders, toProblem, currentTrace } from '@brainlyx/service-kit'
import type { Response } from 'express'
import { completionFormat } from './stream-format.ts'
import type { StreamFormat } from './stream-format.ts'

/** A reader that takes nothing for so long is let go. */
const STALL_LIMIT_MS = 30_000

/** The caller's answer: a stream of items, or one document. Never written faster than it is read. */
export class AnswerWriter {
  readonly #response: Response
  readonly #format: StreamFormat
  readonly #stallLimitMs: number

  constructor(
    response: Response,
    format: StreamFormat = completionFormat,
    stallLimitMs: number = STALL_LIMIT_MS,
  ) {
    this.#response = response
    this.#format = format
    this.#stallLimitMs = stallLimitMs
  }

  get hasBegun(): boolean {
    return this.#response.headersSent
  }

  /** One item. Resolves when there is room for the next, or the reader has gone. */
  async item(data: string, item: object): Promise<void> {
    const response = this.#response
    if (response.destroyed) return
    if (!response.headersSent) setSseHeaders(response)
    const hasRoom = response.write(this.#format.frame(data, item))
    response.flush()
    if (!hasRoom) await this.#room()
  }

  endStream(): void {
    if (!this.#response.headersSent) setSseHeaders(this.#response)
    this.#response.end(this.#format.endMark)
  }

  /** Without the mark of a whole answer. */
  failStream(error: unknown): void {
    const problem = toProblem(error, currentTrace()?.traceId ?? '')
    this.#response.end(this.#format.failure(openAiError(problem)))
  }

  document(json: string): void {
    this.#response.setHeader('content-type', 'application/json; charset=utf-8')
    this.#response.end(json)
  }

  #room(): Promise<void> {
    const response = this.#response
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        response.removeListener('drain', done)
        response.removeListener('close', done)
        resolve()
      }
      // Its close ends the call.
      const timer = setTimeout(() => response.destroy(), this.#stallLimitMs)
      response.on('drain', done)
      response.on('close', done)
      if (response.destroyed) done()
    })
  }
}
