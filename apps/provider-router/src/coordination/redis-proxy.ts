import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

/** For tests: stands between a client and Redis, and can take Redis away without touching it. */
export interface RedisProxy {
  readonly url: string
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>
  /** Takes new connections again. */
  restore(): Promise<void>
  /** Lets everything through, so much later. */
  slow(byMs: number): void
  /** Keeps all connections, takes new ones, and lets nothing through any more. */
  freeze(): void
  /** New connections work again. Frozen ones stay silent for ever, as when a firewall has forgotten them. */
  thaw(): void
  close(): Promise<void>
}

export async function startRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const url = new URL(redisUrl)
  const sockets = new Set<Socket>()
  const silent = new WeakSet<Socket>()
  let frozen = false
  let delayMs = 0
  const server = createServer((client) => {
    const upstream = connect(Number(url.port), url.hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      if (frozen) silent.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.on('data', (bytes) => {
        if (silent.has(socket)) return
        if (delayMs === 0) other.write(bytes)
        else setTimeout(() => other.write(bytes), delayMs)
      })
    }
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  const cut = async (): Promise<void> => {
    if (!server.listening) return
    const done = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await done
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const proxied = new URL(redisUrl)
  proxied.host = `127.0.0.1:${port}`
  return {
    url: proxied.href,
    cut,
    restore: () => listen(port),
    slow: (byMs) => void (delayMs = byMs),
    freeze() {
      frozen = true
      for (const socket of sockets) silent.add(socket)
    },
    thaw: () => void (frozen = false),
    close: cut,
  }
}
