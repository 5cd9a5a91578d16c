import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'

export interface DatabaseLease {
  readonly number: number
  release(): Promise<void>
}

/** A holder that was killed gives its number back after this long. */
const LEASE_MS = 60_000
const WAIT_MS = 60_000

/** Reserves one of the server's database numbers, by a key in number 0. Waits where all are taken. */
export async function leaseDatabaseNumber(serverUrl: string): Promise<DatabaseLease> {
  const registry = new Redis(serverUrl, { db: 0, maxRetriesPerRequest: 1 })
  try {
    const owner = randomUUID()
    const number = await findFree(registry, owner)
    const key = leaseKey(number)
    const renewal = setInterval(() => {
      registry.pexpire(key, LEASE_MS).catch(() => undefined)
    }, LEASE_MS / 3)
    renewal.unref()
    return {
      number,
      release: async () => {
        clearInterval(renewal)
        if ((await registry.get(key)) === owner) await registry.del(key)
        registry.disconnect()
      },
    }
  } catch (error) {
    registry.disconnect()
    throw error
  }
}

async function findFree(registry: Redis, owner: string): Promise<number> {
  const [, configured] = (await registry.config('GET', 'databases')) as [string, string]
  const databases = Number(configured)
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    for (let number = 1; number < databases; number++) {
      const taken = await registry.set(leaseKey(number), owner, 'PX', LEASE_MS, 'NX')
      if (taken === 'OK') return number
    }
    if (performance.now() >= deadline)
      throw new Error('every database number of the test Redis is taken')
    await sleep(100)
  }
}

function leaseKey(number: number): string {
  return `testkit:database:${number}`
}
