const TRIES = 20
const RETRY_MS = 250

/**
 * Reads what a turn needs, again while the database is away and the turn is still ours to run.
 * @throws what the last try did
 */
export async function readPersistently<T>(
  read: () => Promise<T>,
  options: {
    isAlive: () => boolean
    signal: AbortSignal
    sleep: (ms: number, signal: AbortSignal) => Promise<unknown>
  },
): Promise<T> {
  for (let left = TRIES; ; left--) {
    try {
      return await read()
    } catch (error) {
      if (left === 1 || options.signal.aborted || !options.isAlive()) throw error
      await options.sleep(RETRY_MS, options.signal)
    }
  }
}
