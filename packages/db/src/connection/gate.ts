import { DatabaseBusyError } from './database-errors.ts'

export interface Gate {
  /** Takes a place, first come first served. @throws {DatabaseBusyError} where none comes free in time */
  enter(): Promise<void>
  leave(): void
  readonly taken: number
  readonly waiting: number
}

/**
 * Lets as many in as the pool has connections. It stands before `pg`'s pool because that has one time limit for two
 * things: opening a connection, which a distant or busy server may take long over, and waiting for another query to
 * end, which nobody should do for long.
 */
export function createGate(options: { places: number; waitMs: number }): Gate {
  const { places, waitMs } = options
  const line = new Set<() => void>()
  let taken = 0

  return {
    enter() {
      if (taken < places) {
        taken++
        return Promise.resolve()
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const admit = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        line.delete(admit)
        reject(new DatabaseBusyError('all-in-use', waitMs))
      }, waitMs)
      line.add(admit)
      return promise
    },
    leave() {
      const [next] = line
      if (next === undefined) taken--
      else {
        // The place goes on to whoever has waited longest.
        line.delete(next)
        next()
      }
    },
    get taken() {
      return taken
    },
    get waiting() {
      return line.size
    },
  }
}
