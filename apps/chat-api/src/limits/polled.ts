import type { Logger } from '@brainlyx/service-kit'

/** A part of the database that every replica knows by heart. */
export interface Polled<T> {
  readonly current: T
  /** Reads it at once. @throws what the database says */
  load(): Promise<void>
  close(): void
}

/** Reads again every so often, and keeps what it knows while the database is away. */
export function createPolled<T>(options: {
  read: () => Promise<T>
  initial: T
  everyMs: number
  what: string
  logger: Logger
}): Polled<T> & { readonly reload: () => void } {
  const { read, everyMs, what, logger } = options
  let current = options.initial
  // The answer to an earlier question may come later.
  let asked = 0
  let answered = 0

  async function load(): Promise<void> {
    const question = ++asked
    const value = await read()
    if (question < answered) return
    answered = question
    current = value
  }

  function reload(): void {
    load().catch((error: unknown) => logger.warn({ err: error }, `could not read ${what}`))
  }
  const poll = setInterval(reload, everyMs)
  poll.unref()
  return {
    get current() {
      return current
    },
    load,
    reload,
    close: () => clearInterval(poll),
  }
}
