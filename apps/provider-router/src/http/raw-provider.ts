import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** Says its bytes to one request, as it comes: nothing of HTTP is done for it. */
export type Play = (socket: Socket) => void

/** A server that speaks OpenAI's format badly, or not at all. For tests. */
export interface RawProvider {
  readonly url: string
  close(): Promise<void>
}

/** @param plays by the model that is asked for */
export async function startRawProvider(
  plays: Readonly<Record<string, Play>>,
): Promise<RawProvider> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
      const length = Number(/^content-length: (\d+)/im.exec(received)?.[1] ?? Infinity)
      const headEnd = received.indexOf('\r\n\r\n')
      if (headEnd < 0 || received.length < headEnd + 4 + length) return
      const model = /"model":"([^"]+)"/.exec(received)?.[1] ?? ''
      received = ''
      plays[model]?.(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A response with its length, and nothing said of the connection. */
export function respond(
  status: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Play {
  const bytes = Buffer.from(body as string)
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${head}\r\n`)
    socket.write(bytes)
  }
}

/** A response in chunks, as streams are. @param end whether it is said that it has ended */
export function respondInChunks(chunks: readonly (string | Buffer)[], end = true): Play {
  return (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${STREAM}transfer-encoding: chunked\r\n\r\n`)
    for (const chunk of chunks) socket.write(chunked(chunk))
    if (end) socket.write('0\r\n\r\n')
  }
}

/** The same again and again after it has begun so. */
export function respondForEver(beginning: readonly string[], repeated: string): Play {
  return (socket) => {
    respondInChunks(beginning, false)(socket)
    const timer = setInterval(() => {
      if (socket.writableLength < 1_000_000) socket.write(chunked(repeated))
    }, 20)
    socket.on('close', () => clearInterval(timer))
  }
}

const STREAM = 'content-type: text/event-stream\r\n'

function chunked(chunk: string | Buffer): Buffer {
  const bytes = Buffer.from(chunk as string)
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
}
