import { STANDING_LIMITS } from '@brainlyx/db'
import type { TierRow } from '@brainlyx/db'

/** What somebody may use now: a tier's limits, by as much as their standing says. */
export interface Allowance {
  readonly tier: TierRow
  readonly requestsPerMinute: number
  readonly requestBurst: number
  readonly answersAtOnce: number
  readonly readersAtOnce: number
  readonly messagesPerDay: number | null
  readonly tokensPerDay: number | null
}

/** An answer may be followed from so many tabs and devices. */
const READERS_PER_ANSWER = 5

/** @param standing per cent */
export function allowanceOf(tier: TierRow, standing: number = STANDING_LIMITS.normal): Allowance {
  const scaled = (limit: number): number =>
    Math.max(1, Math.floor((limit * standing) / STANDING_LIMITS.normal))
  const answersAtOnce = scaled(tier.concurrentStreams)
  return {
    tier,
    requestsPerMinute: scaled(tier.requestsPerMinute),
    requestBurst: scaled(tier.requestBurst),
    answersAtOnce,
    readersAtOnce: answersAtOnce * READERS_PER_ANSWER,
    messagesPerDay: tier.messagesPerDay === null ? null : scaled(tier.messagesPerDay),
    tokensPerDay: tier.tokensPerDay === null ? null : scaled(Number(tier.tokensPerDay)),
  }
}
