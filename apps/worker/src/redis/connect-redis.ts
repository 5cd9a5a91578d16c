import type { Lifecycle, Logger } from '@brainlyx/service-kit'
import { Redis } from 'ioredis'
import type { RedisOptions } from 'ioredis'

/** A connection that is kept until shutdown; an outage is said once, and so is its end. */
export function connectRedis(
  { lifecycle, logger }: { lifecycle: Lifecycle; logger: Logger },
  connection: { url: string; name: string; options: RedisOptions },
): Redis {
  const { url, name, options } = connection
  const redis = new Redis(url, { ...options, connectionName: `worker:${name}` })
  lifecycle.register(`redis ${name}`, () => redis.disconnect())
  let away = false
  redis.on('error', (error) => {
    if (!away) logger.warn({ err: error, connection: name }, 'redis is away')
    away = true
  })
  redis.on('ready', () => {
    if (away) logger.info({ connection: name }, 'redis is back')
    away = false
  })
  return redis
}
