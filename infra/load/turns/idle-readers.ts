import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { uniquePrompt } from '../router/call/prompt.ts'
import { residentMemory } from '../router/process/process-usage.ts'
import type { ServiceProcess } from '../cluster/start-service.ts'
import { requestText } from './chat-api-caller.ts'
import type { Guest } from './guests.ts'
import { SILENT_MODEL } from './provider-models.ts'

/** Readers that are there before memory is first read: what the first ones cost once is not theirs. */
const EARLIER_READERS = 200
/** Buffers are given back and rubbish collected at their own times; the lowest of so many seconds counts. */
const SETTLE_SECONDS = 6
const AT_ONCE = 50

export interface IdleReaders {
  readonly readers: number
  /** Kilobytes (1,000 bytes) of chat-api's resident memory that each reader added. */
  readonly kbPerReader: number
}

/**
 * Attaches readers to turns that say nothing, as many to each turn, and weighs them. Uncompressed: a reader that asks
 * for compression has a compressor's memory besides.
 */
export async function weighIdleReaders(
  chatApi: ServiceProcess,
  options: { guests: readonly Guest[]; readers: number },
): Promise<IdleReaders> {
  const { guests, readers } = options
  const turns = await Promise.all(guests.map((guest) => startSilentTurn(guest)))
  const sockets = new Set<Socket>()
  const attachUntil = async (count: number): Promise<void> => {
    const attachNext = async (): Promise<void> => {
      while (sockets.size < count) {
        const turn = turns[sockets.size % turns.length]
        if (turn === undefined) throw new Error('there is no turn to read')
        await attach(sockets, chatApi.origin, turn)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, attachNext))
  }
  try {
    await attachUntil(EARLIER_READERS)
    const before = await settledMemoryMb(chatApi)
    await attachUntil(EARLIER_READERS + readers)
    const after = await settledMemoryMb(chatApi)
    const gone = [...sockets].filter((socket) => socket.destroyed).length
    if (gone > 0) throw new Error(`${gone} of the idle readers have lost their stream`)
    return { readers, kbPerReader: ((after - before) * 1_000) / readers }
  } finally {
    for (const socket of sockets) socket.destroy()
    for (const { guest, turnId } of turns)
      await guest.call({ method: 'POST', path: `/turns/${turnId}/stop` })
  }
}

interface SilentTurn {
  readonly guest: Guest
  readonly turnId: string
}

async function startSilentTurn(guest: Guest): Promise<SilentTurn> {
  const { status, body, failure } = await guest.call({
    method: 'POST',
    path: '/turns',
    body: { text: uniquePrompt(), model: SILENT_MODEL },
  })
  if (status !== 202) throw new Error(`a turn did not begin: ${failure ?? status} ${body}`)
  return { guest, turnId: (JSON.parse(body) as { turnId: string }).turnId }
}

/** Resolves once the first frame has come. */
function attach(
  sockets: Set<Socket>,
  origin: string,
  { guest, turnId }: SilentTurn,
): Promise<void> {
  const { host, hostname, port } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port) })
  sockets.add(socket)
  socket.write(
    requestText(host, {
      method: 'GET',
      path: `/turns/${turnId}/events`,
      cookie: guest.cookie(),
      accept: 'text/event-stream',
    }),
  )
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (bytes) => {
      if (text.includes('event: turn-start')) return
      text += bytes.toString('latin1')
      if (text.includes('event: turn-start')) resolve()
    })
    socket.on('error', reject)
    socket.on('close', () =>
      reject(new Error(`an idle reader was sent away: ${text.slice(0, 200)}`)),
    )
  })
}

async function settledMemoryMb({ process: { pid } }: ServiceProcess): Promise<number> {
  let lowest = Infinity
  for (let second = 0; second < SETTLE_SECONDS; second++) {
    await sleep(1_000)
    lowest = Math.min(lowest, residentMemory(pid).nowMb)
  }
  return lowest
}
