import { PACE, beginTurns, inVolleys, lettersSeen, setPace, untilShare } from './stage.ts'
import type { Stage, Strike } from './stage.ts'
import type { TurnPlan } from '../users/take-turn.ts'

export interface MidStreamFault {
  readonly plan?: Partial<TurnPlan>
  readonly pace?: Partial<typeof PACE>
  /** Comes when half the readers see text. Resolves once all is well again. */
  strike(stage: Stage): Promise<void>
}

/** Runs the row's turns, with the fault in the middle of each volley. */
export function strikeMidStream(stage: Stage, fault: MidStreamFault): Promise<Strike[]> {
  return inVolleys(stage.turns, async (count) => {
    await setPace(stage, { ...PACE, ...fault.pace })
    const turns = beginTurns(stage, count, fault.plan)
    await untilShare(turns, 0.5, (history) => lettersSeen(history) > 0)
    const struckAt = Date.now()
    await fault.strike(stage)
    const healedAt = Date.now()
    await Promise.all(turns.map(({ done }) => done))
    const histories = turns.map(({ history }) => history)
    return { histories, touched: histories.filter(wasRunningAt(struckAt)), struckAt, healedAt }
  })
}

/** Its reader knew of it, and had not seen its end. */
export function wasRunningAt(
  at: number,
): (history: { acknowledgedAt: number | undefined; endedAt: number | undefined }) => boolean {
  return ({ acknowledgedAt, endedAt }) =>
    acknowledgedAt !== undefined && acknowledgedAt <= at && (endedAt === undefined || endedAt > at)
}
