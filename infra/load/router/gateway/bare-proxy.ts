import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Pool } from 'undici'

// node bare-proxy.ts <port> <origin>: the least that a gateway written for Node can do, and so the limit of what one
// can reach. Bytes in, bytes out: no body is read, no key is checked, nothing is counted.

const [port, origin = ''] = process.argv.slice(2)
const pool = new Pool(origin, { keepAliveTimeout: 60_000 })

createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  if (request.method !== 'POST') {
    response.end()
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => forward(request, response, Buffer.concat(chunks)))
}).listen({ port: Number(port), host: '127.0.0.1', backlog: 4_096 })

function forward(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const headers = [
    'content-type',
    'application/json',
    'authorization',
    request.headers.authorization ?? '',
  ]
  pool.dispatch(
    { path: request.url ?? '/', method: 'POST', headers, body },
    {
      onRequestStart(controller) {
        response.on('drain', () => controller.resume())
        response.on('close', () => {
          if (!response.writableFinished) controller.abort(new Error('the caller has gone'))
        })
      },
      onResponseStart(_controller, status, received) {
        response.writeHead(status, { 'content-type': String(received['content-type']) })
      },
      onResponseData(controller, chunk) {
        if (!response.write(chunk)) controller.pause()
      },
      onResponseEnd() {
        response.end()
      },
      onResponseError() {
        response.destroy()
      },
    },
  )
}
