import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate } from 'node:timers'

export interface DistantLine {
  readonly port: number
}

/**
 * A line to a port of this machine on which what a client sends arrives `delayMs` later, in the order and the pieces in
 * which it was sent. By turns of the event loop, since a timer of Node.js is a millisecond late as often as not.
 */
export async function startDistantLine(
  releases: AsyncDisposableStack,
  targetPort: number,
  delayMs: number,
): Promise<DistantLine> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    near.on('data', (bytes) => after(delayMs, () => far.write(bytes)))
    far.on('data', (bytes) => near.write(bytes))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  releases.defer(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port }
}

function after(delayMs: number, run: () => void): void {
  const dueAt = performance.now() + delayMs
  const look = (): void => {
    if (performance.now() < dueAt) setImmediate(look)
    else run()
  }
  look()
}
