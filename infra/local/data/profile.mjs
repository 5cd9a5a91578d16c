import { Failure } from '../failure.mjs'
import { join } from 'node:path'
import { inLocal } from '../paths.mjs'

/**
 * The two sets of data services a clone may run side by side: the one people's chats are in, and the one for tests,
 * which forgets everything for speed.
 * @typedef {object} Profile
 * @property {'local' | 'test'} name
 * @property {string} folder where state, logs and (mostly) data are
 * @property {boolean} durable
 * @property {{ postgres: string, redis: string }} portNames in the instance
 * @property {{ postgres: number, redis: number }} preferredPorts
 */

/** @type {Record<'local' | 'test', Profile>} */
export const profiles = {
  local: {
    name: 'local',
    folder: inLocal(),
    durable: true,
    portNames: { postgres: 'postgres', redis: 'redis' },
    preferredPorts: { postgres: 5440, redis: 6390 },
  },
  test: {
    name: 'test',
    folder: inLocal('test'),
    durable: false,
    portNames: { postgres: 'test-postgres', redis: 'test-redis' },
    preferredPorts: { postgres: 5540, redis: 6490 },
  },
}

/**
 * Postgres and Redis stay up as long as a process listed here lives.
 * @param {Profile} profile
 */
export const dataUsersFolder = (profile) => join(profile.folder, 'run', 'data-users')

/**
 * @param {string} [name] tests' without one
 * @returns {Profile}
 */
export function profileOf(name = 'test') {
  if (name === 'local' || name === 'test') return profiles[name]
  throw new Failure(`There is no profile «${name}».`, { mend: 'There are local and test.' })
}
