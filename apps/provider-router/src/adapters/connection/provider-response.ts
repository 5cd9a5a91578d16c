import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { streamCut } from '../failure/stream-cut.ts'

type HeaderRecord = Readonly<Record<string, string | string[] | undefined>>

/** What the SDKs and our readers use of a `Response`, at a third of its cost. */
export class ProviderResponse {
  readonly status: number
  readonly #headers: HeaderRecord
  readonly #source: Readable
  #made: Headers | undefined

  constructor(response: { statusCode: number; headers: HeaderRecord; body: Readable }) {
    this.status = response.statusCode
    this.#headers = response.headers
    this.#source = decoded(response.body, response.headers['content-encoding'])
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  /** A provider may answer a streaming call with a plain document, as do gateways in front of one. */
  get isJson(): boolean {
    return /^application\/(?:[\w.+-]*\+)?json/i.test(this.header('content-type') ?? '')
  }

  /** Its bytes, for an event stream. */
  get body(): Readable {
    return this.#source
  }

  get headers(): Headers {
    return (this.#made ??= headersOf(this.#headers))
  }

  /** One header, without making all of them. @param name in lower case */
  header(name: string): string | undefined {
    const value = this.#headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** @throws {ProviderError} `stream-cut` where the connection broke */
  async text(): Promise<string> {
    const pieces: Buffer[] = []
    try {
      for await (const piece of this.#source) pieces.push(piece as Buffer)
    } catch (error) {
      throw streamCut(error)
    }
    return Buffer.concat(pieces).toString('utf8')
  }

  /** @throws {SyntaxError} @throws {ProviderError} `stream-cut` */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }
}

function headersOf(record: HeaderRecord): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(record)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}

/** We ask for no encoding; some servers use one all the same. */
function decoded(body: Readable, encoding: string | string[] | undefined): Readable {
  switch (encoding) {
    case 'gzip':
      return decodedBy(body, createGunzip())
    case 'deflate':
      return decodedBy(body, createInflate())
    case 'br':
      return decodedBy(body, createBrotliDecompress())
    default:
      return body
  }
}

function decodedBy(body: Readable, decoder: ReturnType<typeof createGunzip>): Readable {
  body.once('error', (error) => decoder.destroy(error))
  decoder.once('close', () => body.destroy())
  return body.pipe(decoder)
}
