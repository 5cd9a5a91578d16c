/** @throws an Error that says how to get a server where `key` is not set. */
export function requiredEnvironment(key: 'TEST_DATABASE_ADMIN_URL' | 'TEST_REDIS_URL'): string {
  const value = process.env[key]
  if (value === undefined || value === '') {
    throw new Error(
      `${key} is not set: run \`npm test\`, which starts a Postgres and a Redis for tests.`,
    )
  }
  return value
}
