/**
 * What a shell takes by `eval`.
 * @param {import('./profile.mjs').Profile} profile
 * @param {ReturnType<typeof import('./connection-urls.mjs').connectionUrls>} urls
 */
export function environmentLines(profile, urls) {
  const values = profile.durable
    ? { DATABASE_OWNER_URL: urls.owner, DATABASE_URL: urls.app, REDIS_URL: urls.redis }
    : { TEST_DATABASE_ADMIN_URL: urls.superuser, TEST_REDIS_URL: urls.redis }
  return Object.entries(values)
    .map(([key, value]) => `export ${key}='${value}'\n`)
    .join('')
}
