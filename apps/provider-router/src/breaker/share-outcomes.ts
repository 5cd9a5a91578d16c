import { z } from 'zod'
import type { Coordination } from '../coordination/coordination.ts'
import type { BreakerTable } from './breaker-table.ts'
import type { Outcomes } from './outcome-window.ts'

const TOPIC = 'breaker-outcomes'

const Count = z.int().nonnegative()
const Message = z.array(
  z.object({
    id: z.string(),
    outcomes: z.array(z.object({ ageSeconds: Count, successes: Count, failures: Count })),
  }),
)

export interface OutcomeSharing {
  /** To be called every second. */
  tick(): void
  close(): void
}

/**
 * Makes the failure rates those of the cluster: what failed anywhere in the last ten seconds, each replica tells its
 * calls of. Kept nowhere; a message that is lost is forgotten with its ten seconds.
 */
export function shareOutcomes(table: BreakerTable, coordination: Coordination): OutcomeSharing {
  const end = coordination.subscribe(TOPIC, (raw) => {
    const message = Message.safeParse(raw)
    for (const { id, outcomes } of message.data ?? []) {
      table.ensure(id).breaker.addElsewhere(outcomes)
    }
  })
  return {
    tick() {
      // What is not taken now is still there when Redis is back, or too old by then.
      if (!coordination.isConnected) return
      const message: { id: string; outcomes: Outcomes[] }[] = []
      for (const { id, breaker } of table.entries()) {
        const outcomes = breaker.takeUntold()
        if (outcomes.length > 0) message.push({ id, outcomes })
      }
      if (message.length > 0) coordination.publish(TOPIC, message)
    },
    close: end,
  }
}
