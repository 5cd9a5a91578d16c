import { eventually } from '@brainlyx/testkit'
import { expect } from 'vitest'
import { startRouterUnderTest } from './router-under-test.ts'
import type { RouterUnderTest } from './router-under-test.ts'

/** Two replicas of one configuration, each by its own way to one Redis, which know of each other. */
export async function startReplicasUnderTest(options: {
  yaml: string
  environment: Readonly<Record<string, string>>
  redisUrls: readonly [string, string]
}): Promise<[RouterUnderTest, RouterUnderTest]> {
  const { redisUrls, ...configuration } = options
  const [one, other] = await Promise.all([
    startRouterUnderTest({ ...configuration, redisUrl: redisUrls[0] }),
    startRouterUnderTest({ ...configuration, redisUrl: redisUrls[1] }),
  ])
  await eventually(() => {
    for (const { coordination } of [one, other]) {
      expect(coordination).toMatchObject({ isConnected: true, replicaCount: 2 })
    }
  })
  return [one, other]
}
