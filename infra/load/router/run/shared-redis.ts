import { createTestRedis } from '@brainlyx/testkit'

/** Of a database of its own in the test Redis; undefined where there is none (infra/local/with-test-data.mjs). */
export async function sharedRedisUrl(releases: AsyncDisposableStack): Promise<string | undefined> {
  if (process.env['TEST_REDIS_URL'] === undefined) return undefined
  const redis = await createTestRedis()
  releases.defer(() => redis.close())
  return redis.url
}
