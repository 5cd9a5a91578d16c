import { Redis } from 'ioredis'
import { requiredEnvironment } from '../required-environment.ts'
import { leaseDatabaseNumber } from './database-lease.ts'

export interface TestRedis {
  readonly url: string
  readonly client: Redis
  /** Empties it and gives it back. */
  close(): Promise<void>
}

/**
 * A Redis database number that nobody else uses until `close()`. Pub/sub crosses database numbers: name channels
 * by ids.
 */
export async function createTestRedis(): Promise<TestRedis> {
  const serverUrl = requiredEnvironment('TEST_REDIS_URL')
  const lease = await leaseDatabaseNumber(serverUrl)
  const url = new URL(serverUrl)
  url.pathname = `/${lease.number}`
  const client = new Redis(url.href)
  await client.flushdb()
  return {
    url: url.href,
    client,
    close: async () => {
      // A test may have closed the client itself, to see what happens without.
      const cleaner = new Redis(url.href)
      await cleaner.flushdb()
      cleaner.disconnect()
      client.disconnect()
      await lease.release()
    },
  }
}
