import { streamCut } from '../failure/stream-cut.ts'

/** What may still come after the last part that anybody reads, and how long it is waited for. */
const REST_LIMIT_BYTES = 65_536
const REST_LIMIT_MS = 250

/**
 * The bytes of a response that ought to have some. Readers stop at the provider's end marker, a moment before the
 * body itself ends. To cancel the body there would close the connection, and so cost the next call a new one with
 * its handshakes: the little rest is read in the background instead.
 * @throws {ProviderError} `stream-cut`
 */
export async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) throw streamCut()
  const reader = response.body.getReader()
  let ended = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      ended = done
      if (done) return
      yield value
    }
  } finally {
    if (!ended) void readRest(reader)
  }
}

async function readRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const cancel = (): void => void reader.cancel().catch(() => {})
  const timer = setTimeout(cancel, REST_LIMIT_MS)
  try {
    let bytes = 0
    while (bytes <= REST_LIMIT_BYTES) {
      const { done, value } = await reader.read()
      if (done) return
      bytes += value.length
    }
    cancel()
  } catch {
    // The call was aborted, or the connection lost: there is nobody left who would want to know.
  } finally {
    clearTimeout(timer)
  }
}

/** A provider may answer a streaming call with a plain document, as do gateways in front of one. */
export function isJson(response: Response): boolean {
  return /^application\/(?:[\w.+-]*\+)?json/i.test(response.headers.get('content-type') ?? '')
}
