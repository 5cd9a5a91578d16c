import type { Redis } from 'ioredis'
import type { Socket } from 'node:net'

/**
 * Lets commands that are sent in one turn of the event loop leave in one write: the system call costs more than most
 * commands do. Each keeps its own answer and its own errors.
 * @returns what is called before such a command
 */
export function sendTogether(redis: Redis): () => void {
  let corked: Socket | undefined
  const uncork = (): void => {
    corked?.uncork()
    corked = undefined
  }
  return () => {
    // There is none while Redis is away.
    const socket = redis.stream as Socket | undefined
    if (corked !== undefined || socket === undefined) return
    corked = socket
    socket.cork()
    setImmediate(uncork)
  }
}
