import type { Redis } from 'ioredis'

/**
 * What replicas know of each other. A request never waits for it, and losing it ends none: each replica then goes on
 * by itself.
 */
export interface Coordination {
  /** Of this process; short, unique among the replicas, safe in ids. */
  readonly replicaId: string
  /** Whether a Redis is configured at all. */
  readonly isShared: boolean
  /** Whether Redis answered lately, and takes writes. */
  readonly isConnected: boolean
  /** Replicas heard of in the last seconds, this one included; the last known number while Redis is away. */
  readonly replicaCount: number
  /** For everything but subscriptions; undefined while Redis is away or none is configured. Commands time out fast. */
  readonly redis: Redis | undefined
  /** Tells all other replicas, once, as well as it can; never throws. Messages are JSON. */
  publish(topic: string, message: unknown): void
  /** Messages of other replicas on a topic. @returns how to end it */
  subscribe(topic: string, listener: (message: unknown) => void): () => void
  /** Called whenever Redis has (again) become reachable; at once where it is. @returns how to end it */
  onConnect(listener: () => void): () => void
  close(): Promise<void>
}

/** One replica alone. */
export function soleReplica(replicaId: string): Coordination {
  return {
    replicaId,
    isShared: false,
    isConnected: false,
    replicaCount: 1,
    redis: undefined,
    publish: () => {},
    subscribe: () => () => {},
    onConnect: () => () => {},
    close: async () => {},
  }
}
