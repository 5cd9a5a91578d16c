import { quantile } from '../router/measure/statistics.ts'
import type { TurnReading } from './read-turn.ts'
import type { ProviderShare } from './simulator-log.ts'

/** Of some turns, without the provider's share. */
export interface TurnJudgement {
  readonly turns: number
  readonly flawed: number
  readonly addedToFirstTokenP50Ms: number
  readonly addedToFirstTokenP99Ms: number
  /** How much later than the provider's the end came, of turns that have ended. */
  readonly addedToEndP99Ms: number
}

export function judgeTurns(
  readings: readonly TurnReading[],
  shares: ReadonlyMap<string, ProviderShare>,
): TurnJudgement {
  const toFirst = readings.flatMap((reading) => addedToFirstToken(reading, shares) ?? [])
  const toEnd = readings.flatMap((reading) => addedToEnd(reading, shares) ?? [])
  return {
    turns: readings.length,
    flawed: readings.filter(({ flaw }) => flaw !== undefined).length,
    addedToFirstTokenP50Ms: quantile(toFirst, 0.5),
    addedToFirstTokenP99Ms: quantile(toFirst, 0.99),
    addedToEndP99Ms: quantile(toEnd, 0.99),
  }
}

/** Undefined where the turn has a flaw: that is counted elsewhere. */
export function addedToFirstToken(
  { prompt, sentAt, firstTokenAt, flaw }: TurnReading,
  shares: ReadonlyMap<string, ProviderShare>,
): number | undefined {
  const share = shares.get(prompt)
  if (flaw !== undefined || firstTokenAt === undefined || share === undefined) return undefined
  return firstTokenAt - sentAt - share.firstTokenMs
}

/** Undefined where the turn has a flaw. */
export function addedToEnd(
  { prompt, sentAt, endedAt, flaw }: TurnReading,
  shares: ReadonlyMap<string, ProviderShare>,
): number | undefined {
  const durationMs = shares.get(prompt)?.durationMs
  if (flaw !== undefined || durationMs === undefined) return undefined
  return endedAt - sentAt - durationMs
}
