import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Exchange } from './exchange.ts'
import { plainBehaviour, type Replay, type ReplayBehaviour } from './replay.ts'

/** Serves exchanges from memory, for those of our own, which need no other repository beside this one. */
export async function startWrittenReplay(exchanges: readonly Exchange[]): Promise<Replay> {
  const byName = new Map(exchanges.map((exchange) => [exchange.name, exchange]))
  let behaviour = plainBehaviour
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = /^\/f\/([^/?]+)\//.exec(request.url ?? '')?.[1] ?? ''
    const exchange = byName.get(decodeURIComponent(name))
    request.resume()
    if (exchange === undefined) {
      response.writeHead(599).end(`no exchange named ${name}`)
      return
    }
    response.writeHead(exchange.status, exchange.headers)
    const { pieces, cut } = piecesOf(exchange.body, behaviour)
    for (const piece of pieces) {
      if (response.destroyed) return
      response.write(piece)
      await nextTurn()
    }
    if (cut && behaviour.truncateHow === 'destroy') response.destroy()
    else response.end()
  }
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave(next) {
      behaviour = { ...plainBehaviour, ...next }
      return Promise.resolve()
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function piecesOf(
  body: string,
  behaviour: ReplayBehaviour,
): { readonly pieces: readonly Buffer[]; readonly cut: boolean } {
  const whole = Buffer.from(body)
  const percent = behaviour.truncate === null ? 100 : Number.parseFloat(behaviour.truncate)
  const bytes = whole.subarray(0, Math.floor((whole.length * percent) / 100))
  const size = behaviour.chunk === 'all' ? bytes.length : Number(behaviour.chunk)
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return { pieces, cut: bytes.length < whole.length }
}
