import { DecisionReport } from '@brainlyx/router-contract'
import { createReplicaQuestions } from '../coordination/ask-replicas.ts'
import type { Coordination } from '../coordination/coordination.ts'
import type { DecisionLog } from './decision-log.ts'

/** undefined: no replica that can be asked knows it, or no more. */
export type FindDecision = (id: string) => Promise<DecisionReport | undefined>

/** Another replica is asked no longer than this. */
const ANSWER_MS = 500

/**
 * Looks in this replica's log, then asks the others. Decisions stay where they were made: to write them down for all
 * would cost every request.
 */
export function createFindDecision(log: DecisionLog, coordination: Coordination): FindDecision {
  const others = createReplicaQuestions(coordination, 'decisions', (id) =>
    typeof id === 'string' ? log.find(id) : undefined,
  )
  return async (id) => {
    const own = log.find(id)
    if (own !== undefined) return own
    const report = await others.ask(id, { timeoutMs: ANSWER_MS })
    return report === undefined ? undefined : DecisionReport.parse(report)
  }
}
