import { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { streamCut } from '../failure/stream-cut.ts'
import type { IncomingResponse } from './incoming-response.ts'

/** What the SDKs and our readers use of a `Response`. */
export class ProviderResponse {
  readonly status: number
  readonly #response: IncomingResponse
  #headers: Headers | undefined

  constructor(response: IncomingResponse) {
    this.status = response.status
    this.#response = response
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  /** A provider may answer a streaming call with a plain document, as do gateways in front of one. */
  get isJson(): boolean {
    return /^application\/(?:[\w.+-]*\+)?json/i.test(this.header('content-type') ?? '')
  }

  /** From now on `signal` ends the reading of its body. */
  follow(signal: AbortSignal): void {
    this.#response.follow(signal)
  }

  /** Whether the bytes that come next may wait for more, where the process is crowded. */
  set mayWait(mayWait: boolean) {
    this.#response.mayWait = mayWait
  }

  /** Its bytes, to be read once. */
  get bytes(): AsyncIterable<Uint8Array> {
    return decoded(this.#response, this.header('content-encoding'))
  }

  get headers(): Headers {
    if (this.#headers === undefined) {
      this.#headers = new Headers()
      for (const name of Object.keys(this.#response.headers)) {
        this.#headers.set(name, this.header(name) ?? '')
      }
    }
    return this.#headers
  }

  /** One header, without making all of them. @param name in lower case */
  header(name: string): string | undefined {
    const value = this.#response.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** @throws {ProviderError} `stream-cut` where the connection broke */
  async text(): Promise<string> {
    try {
      const isEncoded = this.header('content-encoding') !== undefined
      const bytes = isEncoded ? await joined(this.bytes) : await this.#response.whole()
      return bytes.toString('utf8')
    } catch (error) {
      throw streamCut(error)
    }
  }

  /** @throws {SyntaxError} @throws {ProviderError} `stream-cut` */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }
}

async function joined(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** We ask for no encoding; some servers use one all the same. */
function decoded(bytes: IncomingResponse, encoding: string | undefined): AsyncIterable<Uint8Array> {
  switch (encoding) {
    case 'gzip':
      return decodedBy(bytes, createGunzip())
    case 'deflate':
      return decodedBy(bytes, createInflate())
    case 'br':
      return decodedBy(bytes, createBrotliDecompress())
    default:
      return bytes
  }
}

function decodedBy(
  bytes: IncomingResponse,
  decoder: ReturnType<typeof createGunzip>,
): AsyncIterable<Uint8Array> {
  const source = Readable.from(bytes)
  source.once('error', (error) => decoder.destroy(error))
  decoder.once('close', () => source.destroy())
  return source.pipe(decoder) as AsyncIterable<Uint8Array>
}
