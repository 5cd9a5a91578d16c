import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Member } from './member.ts'

const PROBE_EVERY_MS = 250
const PROBE_PATIENCE_MS = 500
/** One that says no is left out at once, one that says nothing after so many times: it may only be busy. */
const SILENCES = 3

export interface Balancer {
  /** `http://host:port` */
  readonly origin: string
  /** Only this one gets new connections while it is ready; undefined: all in turn. */
  prefer(member: Member | undefined): void
  /** Resolves once it has found every replica ready. */
  allReady(): Promise<void>
  /** Off: connections go round whether their target is ready or not, and one that is refused stays refused. */
  watchReadiness(watching: boolean): void
}

/**
 * What an ingress does: goes by `/readyz`, takes the replicas in turn, connection by connection, and tries the next one
 * only where a connection is refused.
 */
export async function startBalancer(
  releases: AsyncDisposableStack,
  members: readonly Member[],
): Promise<Balancer> {
  const ready = new Set<Member>(members)
  const sockets = new Set<Socket>()
  let preferred: Member | undefined
  let watching = true
  let turn = 0

  const silences = new Map<Member, number>()
  const probe = async (member: Member): Promise<void> => {
    const said = await fetch(`${member.opsOrigin}/readyz`, {
      signal: AbortSignal.timeout(PROBE_PATIENCE_MS),
    }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.ok
      },
      (error: Error) => (error.name === 'TimeoutError' ? undefined : false),
    )
    const silent = said === undefined ? (silences.get(member) ?? 0) + 1 : 0
    silences.set(member, silent)
    if (said === true) ready.add(member)
    else if (said === false || silent >= SILENCES) ready.delete(member)
  }
  const timer = setInterval(() => members.forEach((member) => void probe(member)), PROBE_EVERY_MS)

  const candidates = (): Member[] => {
    const open = watching ? members.filter((member) => ready.has(member)) : [...members]
    if (preferred !== undefined && open.includes(preferred)) return [preferred]
    turn++
    return open.map((_, index) => open[(index + turn) % open.length] as Member)
  }
  const join = (near: Socket, targets: readonly Member[]): void => {
    const [target, ...others] = targets
    if (target === undefined) {
      near.destroy()
      return
    }
    const far = connect(target.port, '127.0.0.1')
    sockets.add(far)
    let isConnected = false
    far.once('connect', () => {
      isConnected = true
      near.pipe(far)
      far.pipe(near)
    })
    far.on('error', () => {})
    far.on('close', () => {
      sockets.delete(far)
      if (isConnected || !watching) near.destroy()
      else join(near, others)
    })
    near.on('close', () => far.destroy())
  }
  const server = createServer((near) => {
    sockets.add(near)
    near.setNoDelay(true)
    near.on('error', () => {})
    near.on('close', () => sockets.delete(near))
    join(near, candidates())
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  releases.defer(async () => {
    clearInterval(timer)
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    prefer: (member) => {
      preferred = member
    },
    async allReady() {
      while (ready.size < members.length) await sleep(50)
    },
    watchReadiness: (on) => {
      watching = on
    },
  }
}
