/** So many run in one turn of the event loop: what is urgent comes between, and still many share what they cost. */
const AT_ONCE = 100

/** Moments at which everything that can wait for a while is done together. */
export interface Beat {
  /** Runs it at the next beat: once, however often it is asked for until then. It must not throw. */
  await(run: () => void): void
  /** It need not run any more. */
  forget(run: () => void): void
}

/**
 * A process's beat, for the pieces of many streams: what they write together costs the machine far less than as much in
 * moments of their own. Whoever is woken by one write is awake for the next ones.
 * @param periodMs asked anew for each beat; while nobody waits there is no timer
 */
export function createBeat(periodMs: () => number): Beat {
  let waiting = new Set<() => void>()
  const due = new Set<() => void>()
  let lastAt = performance.now()
  let timer: NodeJS.Timeout | undefined

  function arm(): void {
    const period = periodMs()
    // Rounded up: a timer that comes a little early would be followed by another one for the rest.
    timer ??= setTimeout(strike, Math.ceil(period - ((performance.now() - lastAt) % period)))
  }

  function strike(): void {
    timer = undefined
    lastAt = performance.now()
    // Where the last beat is not done yet the two become one.
    const isRunning = due.size > 0
    for (const run of waiting) due.add(run)
    waiting = new Set()
    if (!isRunning) runSome()
  }

  function runSome(): void {
    let left = AT_ONCE
    for (const run of due) {
      if (left-- === 0) return void setImmediate(runSome)
      due.delete(run)
      run()
    }
  }

  return {
    await(run) {
      waiting.add(run)
      if (timer === undefined) arm()
    },
    forget(run) {
      waiting.delete(run)
      due.delete(run)
    },
  }
}
