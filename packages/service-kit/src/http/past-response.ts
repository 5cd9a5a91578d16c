import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Where the body of a response that is open may be written past it, as {@link chunkOf} frames it: Node's own path makes
 * a vector of four buffers of each chunk, with a cork and two ticks.
 * @returns null behind a compressor (which says so by `setHeader`), for a body that has no chunks, and where an earlier answer on the connection or
 * the response's own head has still to go
 */
export function socketPast(response: ServerResponse): Socket | null {
  const { socket, headersSent, chunkedEncoding, writableCorked, writableLength } = response
  if (!headersSent || !chunkedEncoding || response.hasHeader('content-encoding')) return null
  const hasLeft = writableCorked === 0 && writableLength === (socket?.writableLength ?? 0)
  return hasLeft ? socket : null
}

/** One chunk of a chunked body (RFC 9112, section 7.1). */
export function chunkOf(piece: string): string
export function chunkOf(piece: string | Buffer): string | Buffer
export function chunkOf(piece: string | Buffer): string | Buffer {
  const size = Buffer.byteLength(piece).toString(16)
  return typeof piece === 'string'
    ? `${size}\r\n${piece}\r\n`
    : Buffer.concat([Buffer.from(`${size}\r\n`), piece, Buffer.from('\r\n')])
}
