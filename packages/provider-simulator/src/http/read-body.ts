import type { IncomingMessage } from 'node:http'
import { isObject } from '../answer/json-value.ts'
import type { ParsedBody } from '../exchange/chat-exchange.ts'

const largestBytes = 64 * 1024 * 1024

/** Reads the whole body as a JSON object. Rejects when the client leaves before its end. */
export async function readBody(request: IncomingMessage): Promise<ParsedBody> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > largestBytes) return { ok: false, failure: { kind: 'too-large' } }
    parts.push(part)
  }
  const text = (parts.length === 1 ? parts[0] : Buffer.concat(parts))?.toString() ?? ''
  return parseBody(text)
}

function parseBody(text: string): ParsedBody {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return { ok: true, value }
  } catch {
    // Said below, in the provider's words.
  }
  const message =
    'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly.)'
  return { ok: false, failure: { kind: 'invalid', message } }
}
