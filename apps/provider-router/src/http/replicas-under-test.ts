import { setTimeout as sleep } from 'node:timers/promises'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

/**
 * For tests: two replicas of one configuration, each by its own way to one Redis. Resolves once they know of each
 * other, which is at a heartbeat, and which nothing tells.
 */
export async function startReplicasUnderTest(options: {
  yaml: string
  environment: Readonly<Record<string, string>>
  redisUrls: readonly [string, string]
}): Promise<[RouterUnderTest, RouterUnderTest]> {
  const { redisUrls, ...configuration } = options
  const replicas = await Promise.all([
    startRouterUnderTest({ ...configuration, redisUrl: redisUrls[0] }),
    startRouterUnderTest({ ...configuration, redisUrl: redisUrls[1] }),
  ])
  const isAlone = ({ coordination }: RouterUnderTest): boolean =>
    !coordination.isConnected || coordination.replicaCount < 2
  while (replicas.some(isAlone)) await sleep(20)
  return replicas
}
