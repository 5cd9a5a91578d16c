import type { RawResponse } from './http-connection.ts'

export interface HttpResponse {
  /** 0: none came. */
  readonly status: number
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** As far as it came. */
  readonly body: string
  /** Whether the chunks are as HTTP has them, up to the last one. */
  readonly isWellFramed: boolean
}

export function readResponse({ head, body }: RawResponse): HttpResponse {
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const { bytes, isWellFramed } =
    headers.get('transfer-encoding') === 'chunked'
      ? joinChunks(body)
      : { bytes: body, isWellFramed: true }
  return {
    status: Number(statusLine.split(' ')[1] ?? 0),
    headers,
    body: Buffer.from(bytes, 'latin1').toString('utf8'),
    isWellFramed,
  }
}

/** RFC 9112, section 7.1. */
function joinChunks(body: string): { bytes: string; isWellFramed: boolean } {
  let bytes = ''
  let at = 0
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.slice(at, lineEnd), 16)
    if (lineEnd === -1 || Number.isNaN(size)) return { bytes, isWellFramed: false }
    const dataAt = lineEnd + 2
    if (size === 0) return { bytes, isWellFramed: body.length === dataAt + 2 }
    bytes += body.slice(dataAt, dataAt + size)
    at = dataAt + size + 2
  }
}
