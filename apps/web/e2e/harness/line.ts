import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { Transform } from 'node:stream'

/** Says that a response is over, in HTTP/1.1. */
const END = '0\r\n\r\n'

export interface Line extends AsyncDisposable {
  readonly url: string
  /** Breaks every connection, and refuses new ones. */
  cut(): void
  mend(): void
  /** From now on what arrives does, but nobody hears that it was all. */
  holdEnds(): void
  /** Tells what was held. */
  releaseEnds(): void
}

/** A line to `target` that can be cut: what a train does to a phone. */
export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let broken = false
  let held: (() => void)[] | undefined
  const holder = (): Transform =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (held === undefined || !chunk.subarray(-END.length).equals(Buffer.from(END))) {
          return done(null, chunk)
        }
        this.push(chunk.subarray(0, -END.length))
        held.push(() => done(null, END))
        return undefined
      },
    })
  const server = createServer((near) => {
    if (broken) return near.destroy()
    const far = connect(Number(port), hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far).pipe(holder()).pipe(near)
    return undefined
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      broken = true
      breakAll()
    },
    mend: () => {
      broken = false
    },
    holdEnds: () => {
      held = []
    },
    releaseEnds: () => {
      for (const tell of held ?? []) tell()
      held = undefined
    },
    [Symbol.asyncDispose]: async () => {
      breakAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
