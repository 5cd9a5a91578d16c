/**
 * The addresses of a profile's own Postgres and Redis.
 * @param {import('./profile.mjs').Profile} profile
 * @param {import('../instance/instance.mjs').Instance} instance
 */
export function connectionUrls(profile, instance) {
  const { postgres: passwords, redis } = instance.secrets
  const postgresPort = instance.ports[profile.portNames.postgres]
  const redisPort = instance.ports[profile.portNames.redis]
  /** @param {string} role @param {string} password @param {string} database */
  const postgresUrl = (role, password, database) =>
    `postgres://${role}:${password}@127.0.0.1:${postgresPort}/${database}`
  return {
    superuser: postgresUrl(
      'postgres',
      profile.durable ? passwords.superuser : passwords.test,
      'postgres',
    ),
    owner: postgresUrl('brainlyx_owner', passwords.owner, 'brainlyx'),
    app: postgresUrl('brainlyx_app', passwords.app, 'brainlyx'),
    redis: `redis://:${redis}@127.0.0.1:${redisPort}`,
  }
}
