import type { Logger } from '@brainlyx/service-kit'

/** Whether Redis is of use: said in the log once when it goes, once when it is back. */
export interface Availability {
  readonly isUp: boolean
  up(): void
  down(error: unknown): void
  /** Called whenever it comes up; at once where it is. @returns how to end it */
  onUp(listener: () => void): () => void
}

export function createAvailability(logger: Logger): Availability {
  const listeners = new Set<() => void>()
  let state: 'starting' | 'up' | 'down' = 'starting'
  const tell = (listener: () => void): void => {
    try {
      listener()
    } catch (error) {
      logger.error({ err: error }, 'a listener failed when redis came up')
    }
  }
  return {
    get isUp() {
      return state === 'up'
    },
    up() {
      if (state === 'up') return
      if (state === 'down') logger.info('redis is back')
      state = 'up'
      for (const listener of listeners) tell(listener)
    },
    down(error) {
      if (state !== 'down') {
        logger.warn({ err: error }, 'redis is away; this replica goes on by itself')
      }
      state = 'down'
    },
    onUp(listener) {
      // A wrapper, so that the same function given twice is told twice and ends twice.
      const own = (): void => listener()
      listeners.add(own)
      if (state === 'up') tell(own)
      return () => void listeners.delete(own)
    },
  }
}
