import { z } from 'zod'
import type { Standing } from './circuit-breaker.ts'

/** What replicas tell each other of one deployment's breaker. Of two, the one with the higher version holds. */
export const BreakerRecord = z.object({
  id: z.string(),
  version: z.int().positive(),
  state: z.enum(['closed', 'open', 'half-open']),
  timesOpened: z.int().nonnegative(),
  goodProbes: z.int().nonnegative(),
  // No longer than configurable, whatever another replica's clock may say.
  inMs: z.number().max(4_000_000),
}) satisfies z.ZodType<Standing & { id: string; version: number }>
export type BreakerRecord = z.infer<typeof BreakerRecord>

const STEP = 1_000

/**
 * A version that is higher than the last one known and, as clocks agree, than those of others who do not know that one
 * yet (a hybrid logical clock: Kulkarni and others, 2014). In microseconds, the last three digits of which are
 * chance, so that two replicas that move in the same millisecond do not choose the same.
 */
export function nextVersion(lastKnown: number, epochMs: number, random: number): number {
  const time = Math.max(Math.floor(epochMs), Math.floor(lastKnown / STEP) + 1)
  return time * STEP + Math.floor(random * STEP)
}
