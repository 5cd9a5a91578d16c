import type { Logger } from '@brainlyx/service-kit'
import { Redis } from 'ioredis'
import { randomBytes } from 'node:crypto'
import { createAvailability } from './availability.ts'
import { createChannels } from './channels.ts'
import { connectionOptions } from './connection-options.ts'
import type { Coordination } from './coordination.ts'
import { announce, leave } from './presence.ts'

const HEARTBEAT_MS = 1_000

/**
 * Coordination over one Redis, by two connections. It returns at once and never throws for want of Redis: that is the
 * state it begins in. A heartbeat finds out what Redis is good for: it writes, so that one which refuses writes (no
 * memory, no disk, a read-only replica) counts as away, and it confirms the subscriptions.
 */
export function connectCoordination(options: {
  redisUrl: string
  logger: Logger
  /** Unique among the replicas, safe in ids; absent: a random one. */
  replicaId?: string
}): Coordination {
  const { redisUrl, logger, replicaId = randomBytes(5).toString('hex') } = options
  const availability = createAvailability(logger)
  const commands = new Redis(redisUrl, { ...connectionOptions, connectionName: 'router:commands' })
  const subscriber = new Redis(redisUrl, {
    ...connectionOptions,
    connectionName: 'router:channels',
  })
  const connections = [commands, subscriber]
  const channels = createChannels(subscriber)
  // Channels cross database numbers; those who share a server by number must not hear each other.
  const channelOf = (topic: string): string => `router:${commands.options.db ?? 0}:${topic}`
  let replicaCount = 1
  let missedBeats = 0
  let closed = false
  const isUp = (): boolean => availability.isUp && !closed

  const mayBeat = (): boolean => !closed && connections.every(({ status }) => status === 'ready')
  const beat = async (): Promise<void> => {
    if (!mayBeat()) return
    try {
      const [count] = await Promise.all([announce(commands, replicaId), channels.confirm()])
      // One connection may have answered and then closed before the other answered.
      if (!mayBeat()) return
      replicaCount = count
      missedBeats = 0
      availability.up()
    } catch (error) {
      missedBeats++
      // One late answer may be this process's own fault: its event loop stood still.
      if (!closed && (isRefusal(error) || missedBeats > 1)) availability.down(error)
    }
  }

  for (const connection of connections) {
    let latest: unknown
    connection.on('error', (error) => (latest = error))
    connection.on('ready', () => void beat())
    connection.on('close', () => {
      if (!closed) availability.down(latest)
      latest = undefined
    })
  }
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS)

  const send = async (topic: string, message: unknown): Promise<void> => {
    await commands.publish(channelOf(topic), JSON.stringify({ from: replicaId, message }))
  }

  return {
    replicaId,
    isShared: true,
    get isConnected() {
      return isUp()
    },
    get replicaCount() {
      return replicaCount
    },
    get redis() {
      return isUp() ? commands : undefined
    },
    publish(topic, message) {
      // A lost message is what every listener must bear anyway.
      send(topic, message).catch((error: unknown) =>
        logger.debug({ err: error, topic }, 'a message to the other replicas was lost'),
      )
    },
    subscribe(topic, listener) {
      return channels.listen(channelOf(topic), (text) => {
        try {
          const { from, message } = JSON.parse(text) as { from: unknown; message: unknown }
          if (from !== replicaId) listener(message)
        } catch (error) {
          logger.error({ err: error, topic }, 'a message from another replica could not be handled')
        }
      })
    },
    onConnect: (listener) => availability.onUp(listener),
    async close() {
      clearInterval(heartbeat)
      const wasUp = isUp()
      closed = true
      if (wasUp) await leave(commands, replicaId).catch(() => {})
      for (const connection of connections) connection.disconnect()
    },
  }
}

/** Redis answered, and its answer was no. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError'
}
