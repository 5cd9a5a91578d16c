import type { Redis } from 'ioredis'
import { slotAnswer, slotCall } from '../calls/slots-script.ts'
import type { Coordination } from '../../coordination/coordination.ts'
import { pauseAnswer, pauseCall } from '../pause/pause-script.ts'
import { leaseAnswer, leaseCall } from '../rate/lease-script.ts'
import { runScripts } from './script.ts'
import type { SharedBooks } from './shared-books.ts'

/** @param sharedNowMs instead of the clock of Redis, for tests: whole milliseconds */
export function redisBooks(
  coordination: Pick<Coordination, 'replicaId' | 'redis'>,
  sharedNowMs: () => number | undefined = () => undefined,
): SharedBooks {
  const connection = (): Redis => {
    if (coordination.redis === undefined) throw new Error('redis is away')
    return coordination.redis
  }
  return {
    get isReachable() {
      return coordination.redis !== undefined
    },
    async exchange({ leases, slots }) {
      const shared = { replicaId: coordination.replicaId, sharedNowMs: sharedNowMs() }
      const replies = await runScripts(connection(), [
        pauseCall(shared),
        ...leases.map((lease) => leaseCall({ ...lease, ...shared })),
        ...slots.map((slot) => slotCall({ ...slot, ...shared })),
      ])
      const [ofPauses, ...ofOrders] = replies
      const ofSlots = ofOrders.splice(leases.length)
      return {
        pauses: ofPauses instanceof Error ? [] : pauseAnswer(ofPauses),
        leases: leases.map(({ order }, index) =>
          valueOrError(() => readReply(ofOrders[index], (reply) => leaseAnswer(order, reply))),
        ),
        slots: slots.map((_slot, index) =>
          valueOrError(() => readReply(ofSlots[index], slotAnswer)),
        ),
      }
    },
    async record(pause) {
      const call = pauseCall({ pause, sharedNowMs: sharedNowMs() })
      const [reply] = await runScripts(connection(), [call])
      readReply(reply, pauseAnswer)
    },
  }
}

function readReply<Answer>(reply: unknown, read: (reply: unknown) => Answer): Answer {
  if (reply instanceof Error) throw reply
  return read(reply)
}

/** One key may hold what is not ours, which is no reason to give up the others. */
function valueOrError<Value>(read: () => Value): Value | Error {
  try {
    return read()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
