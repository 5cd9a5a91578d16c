import { Failure } from '../failure.mjs'
import { outsideHome } from './data-home.mjs'
import { ensureDataServices } from './ensure-data-services.mjs'
import { profiles } from './profile.mjs'

/**
 * Where the services' data is: what the person's environment says, else the clone's own Postgres and Redis, which are
 * started.
 * @param {Record<string, string | undefined>} given
 * @returns {Promise<{ urls: import('../services/service-catalogue.mjs').DataUrls, remark: string, release: () => void, revive: () => Promise<boolean> }>}
 */
export async function dataUrls(given) {
  const { DATABASE_URL: app, DATABASE_OWNER_URL: owner, REDIS_URL: redis } = given
  for (const [name, text] of Object.entries({
    DATABASE_URL: app,
    DATABASE_OWNER_URL: owner,
    REDIS_URL: redis,
  })) {
    if (text !== undefined && !URL.canParse(text)) {
      throw new Failure(`${name} is not a URL.`, {
        mend: 'It looks like postgres://user:password@host:5432/database or redis://host:6379.',
      })
    }
  }
  const services = [
    ...(app === undefined ? ['postgres'] : []),
    ...(redis === undefined ? ['redis'] : []),
  ]
  if (services.length === 0) {
    return {
      urls: { app: app ?? '', owner: owner ?? app ?? '', redis: redis ?? '' },
      remark: 'as DATABASE_URL and REDIS_URL say',
      release: () => undefined,
      revive: async () => false,
    }
  }
  const data = await ensureDataServices(profiles.local, { services })
  const outside = outsideHome()
  return {
    urls: {
      app: app ?? data.urls.app,
      owner: app === undefined ? data.urls.owner : (owner ?? app),
      redis: redis ?? data.urls.redis,
    },
    remark: [
      ...(services.length === 2 ? [] : [`${services[0]} of this clone, the other as you set`]),
      ...(outside === undefined
        ? []
        : [`data in ${outside}, since this folder is closed to others`]),
    ].join(', '),
    release: data.release,
    revive: data.revive,
  }
}
