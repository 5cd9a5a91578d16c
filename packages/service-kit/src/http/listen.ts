import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Lifecycle } from '../lifecycle.ts'

/** What a response and its socket each hold for a slow reader before they say that there is no room. */
const HIGH_WATER_MARK = 16 * 1024

/**
 * Connections that wait to be taken. Beyond Node's own 511 the kernel drops what comes in a burst, and who is dropped
 * tries again a second later. The kernel's limit (`net.core.somaxconn`, 4,096 on Linux) holds as well.
 */
const BACKLOG = 4_096

/**
 * Serves `app` until shutdown. As soon as that is announced connections close with their next answer, so that callers
 * go elsewhere unharmed; then no new one is taken, idle ones close, and open ones may finish until the process's own
 * deadline. Header and body must arrive in 10 and 30 s, checked every 5 s (Node's own: 60 and 300).
 * @throws an Error naming the port where it is taken.
 */
export async function listen(
  lifecycle: Lifecycle,
  app: RequestListener,
  options: { name: string; host: string; port: number },
): Promise<{ port: number; server: Server }> {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 5_000,
      highWaterMark: HIGH_WATER_MARK,
    },
    (request, response) => {
      if (lifecycle.stopping.aborted) response.shouldKeepAlive = false
      app(request, response)
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${options.port} of ${options.host} is taken by another program`)
          : error,
      )
    })
    server.listen({ port: options.port, host: options.host, backlog: BACKLOG }, resolve)
  })
  lifecycle.register(options.name, () => close(server))
  const { port } = server.address() as AddressInfo
  return { port, server }
}

/** A connection that was busy would be kept alive for five more seconds after its answer, and the process with it. */
const IDLE_CHECK_MS = 50

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
    server.close(() => {
      clearInterval(idleCheck)
      resolve()
    })
    server.closeIdleConnections()
  })
}
