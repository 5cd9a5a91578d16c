import type { Redis } from 'ioredis'

/** Wakes whoever waits for something on a channel. Hints may be lost, doubled or early; only waiting relies on them. */
export interface Hints {
  /** Calls `wake` at each hint on `channel` until the returned function is called. */
  listen(channel: string, wake: (message: string) => void): () => void
}

/**
 * One subscriber connection for all listeners of a process.
 * @param subscriber a connection of its own: Redis allows no commands on one that subscribes
 */
export function createHints(subscriber: Redis): Hints {
  const listeners = new Map<string, Set<(message: string) => void>>()
  subscriber.on('message', (channel: string, message: string) => {
    for (const wake of listeners.get(channel) ?? []) wake(message)
  })

  return {
    listen(channel, wake) {
      const known = listeners.get(channel)
      if (known === undefined) {
        listeners.set(channel, new Set([wake]))
        // While Redis is away the poll of whoever listens stands in; ioredis subscribes again by itself later.
        subscriber.subscribe(channel).catch(() => {})
      } else known.add(wake)
      return () => {
        const current = listeners.get(channel)
        current?.delete(wake)
        if (current?.size !== 0) return
        listeners.delete(channel)
        subscriber.unsubscribe(channel).catch(() => {})
      }
    },
  }
}
