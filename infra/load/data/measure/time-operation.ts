import type { Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import type { Operation } from './operations.ts'
import type { Place } from './places.ts'

export interface Subject {
  readonly db: Kysely<Database>
  readonly places: readonly Place[]
}

export interface Timings {
  /** Milliseconds, of the first time at each place, and of a later one. */
  readonly first: readonly number[]
  readonly warm: readonly number[]
}

/**
 * One operation at a time, in each database the same number of times. The databases take turns, each time beginning
 * with another, so that whatever else the machine does falls on all alike.
 */
export async function timeOperation(
  operation: Operation,
  subjects: readonly Subject[],
  times: number,
): Promise<Timings[]> {
  const passes = subjects.map(() => ({ first: [] as number[], warm: [] as number[] }))
  for (const pass of ['first', 'warm'] as const) {
    for (let time = 0; time < times; time++) {
      for (let offset = 0; offset < subjects.length; offset++) {
        const index = (time + offset) % subjects.length
        const { db, places } = subjects[index] ?? { places: [] }
        const place = places[time % places.length]
        if (db === undefined || place === undefined) continue
        const beganAt = performance.now()
        await operation.run(db, place)
        passes[index]?.[pass].push(performance.now() - beganAt)
      }
    }
  }
  return passes
}
