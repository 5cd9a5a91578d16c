import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from './logger.ts'

type Release = () => unknown

/**
 * What a process holds. Each resource registers its release on the line after it was acquired; a shutdown runs
 * them in reverse, goes on past failures and reports the first.
 */
export class Lifecycle {
  #releases: { name: string; release: Release }[] = []
  #shutdown: Promise<void> | undefined
  readonly #logger: Logger
  readonly #stopping = new AbortController()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Aborts as soon as a shutdown begins, before its pause and before anything is released. */
  get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  register(name: string, release: Release): void {
    this.#releases.push({ name, release })
  }

  /**
   * Releases everything, last acquired first. A second call waits for the first.
   * @param options `pauseMs`: between saying that the process stops and the first release, for balancers to notice
   */
  shutdown({ pauseMs = 0 }: { pauseMs?: number } = {}): Promise<void> {
    this.#shutdown ??= this.#run(pauseMs)
    return this.#shutdown
  }

  async #run(pauseMs: number): Promise<void> {
    this.#stopping.abort()
    if (pauseMs > 0) await sleep(pauseMs)
    const failures: unknown[] = []
    for (const { name, release } of this.#releases.toReversed()) {
      try {
        await release()
      } catch (error) {
        this.#logger.error({ err: error, resource: name }, 'release failed')
        failures.push(error)
      }
    }
    this.#releases = []
    if (failures.length > 0) throw failures[0]
  }
}
