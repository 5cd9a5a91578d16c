import type { Redis } from 'ioredis'

export interface Channels {
  /** @returns how to end it */
  listen(channel: string, listener: (text: string) => void): () => void
  /** Subscribes to all of them (again); rejects where Redis does not say that it did. */
  confirm(): Promise<void>
}

/** @param subscriber a connection of its own, of which messages can be lost: whoever listens must bear that */
export function createChannels(subscriber: Redis): Channels {
  const listeners = new Map<string, Set<(text: string) => void>>()
  subscriber.on('message', (channel: string, text: string) => {
    for (const listener of listeners.get(channel) ?? []) listener(text)
  })
  return {
    listen(channel, listener) {
      const own = (text: string): void => listener(text)
      const known = listeners.get(channel)
      if (known === undefined) {
        listeners.set(channel, new Set([own]))
        // Where this fails, the next confirmation subscribes.
        subscriber.subscribe(channel).catch(() => {})
      } else known.add(own)
      return () => {
        const current = listeners.get(channel)
        if (current?.delete(own) !== true || current.size > 0) return
        listeners.delete(channel)
        subscriber.unsubscribe(channel).catch(() => {})
      }
    },
    async confirm() {
      // To subscribe twice changes nothing. PING would prove less, and fails while Redis cannot write to its disk.
      if (listeners.size > 0) await subscriber.subscribe(...listeners.keys())
    },
  }
}
