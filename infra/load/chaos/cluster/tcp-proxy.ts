import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** Breaks every connection, and refuses new ones until mended. */
  cut(): void
  /** Holds what is sent both ways, until mended. What one who dies meanwhile had sent never arrives. */
  hold(): void
  mend(): void
  /** Where new connections go; those that are open break. */
  moveTo(port: number): void
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  readonly held: (() => void)[]
}

/** A line to a port of this machine that can be cut, held and moved. */
export async function startTcpProxy(
  releases: AsyncDisposableStack,
  targetPort: number,
): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let state: 'open' | 'cut' | 'held' = 'open'
  let target = targetPort
  const breakAll = (): void => {
    for (const { near, far } of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy()
      return
    }
    const pair: Pair = { near, far: connect(target, '127.0.0.1'), held: [] }
    pairs.add(pair)
    for (const [from, to] of [
      [pair.near, pair.far],
      [pair.far, pair.near],
    ] as const) {
      const pass = (bytes: Buffer): void => {
        if (!to.destroyed && !to.write(bytes)) {
          from.pause()
          to.once('drain', () => from.resume())
        }
      }
      from.setNoDelay(true)
      from.on('error', () => {})
      from.on('data', (bytes: Buffer) => {
        if (state === 'held') pair.held.push(() => pass(bytes))
        else pass(bytes)
      })
      from.on('close', () => {
        pairs.delete(pair)
        to.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  releases.defer(async () => {
    breakAll()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      state = 'cut'
      breakAll()
    },
    hold: () => {
      state = 'held'
    },
    mend: () => {
      state = 'open'
      for (const { held } of pairs) for (const pass of held.splice(0)) pass()
    },
    moveTo: (port) => {
      target = port
      breakAll()
    },
  }
}
