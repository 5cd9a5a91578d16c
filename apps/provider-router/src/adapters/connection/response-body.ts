import { streamCut } from '../failure/stream-cut.ts'

/** The bytes of a response that ought to have some. @throws {ProviderError} `stream-cut` */
export function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.body === null) throw streamCut()
  return response.body
}

/** A provider may answer a streaming call with a plain document, as do gateways in front of one. */
export function isJson(response: Response): boolean {
  return /^application\/(?:[\w.+-]*\+)?json/i.test(response.headers.get('content-type') ?? '')
}
