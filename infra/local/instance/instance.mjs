import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../failure.mjs'
import { inLocal } from '../paths.mjs'
import { randomSecret, serviceKey } from './secrets.mjs'

/**
 * What makes this clone one installation, chosen once: its name, ports and secrets.
 * @typedef {object} Instance
 * @property {number} version
 * @property {string} cloneId lower-case hex; cookie names carry it
 * @property {Record<string, number>} ports as chosen so far, by service
 * @property {boolean} webPortAsked whether a person chose the web port
 * @property {object} secrets
 * @property {string} secrets.authSecret
 * @property {Record<'superuser' | 'owner' | 'app' | 'test', string>} secrets.postgres passwords
 * @property {string} secrets.redis password
 * @property {Record<string, Record<string, unknown>>} secrets.serviceKeys private JWKs by caller
 */

const VERSION = 1
const CALLERS = ['web', 'chat-api', 'worker', 'cli']

export const instanceFile = inLocal('instance.json')

/** @returns {Instance} */
export function newInstance() {
  return {
    version: VERSION,
    cloneId: randomBytes(4).toString('hex'),
    ports: {},
    webPortAsked: false,
    secrets: {
      authSecret: randomSecret(),
      postgres: {
        superuser: randomSecret(),
        owner: randomSecret(),
        app: randomSecret(),
        test: randomSecret(),
      },
      redis: randomSecret(),
      serviceKeys: Object.fromEntries(CALLERS.map((name) => [name, serviceKey(name)])),
    },
  }
}

/**
 * Reads the clone's instance, making it the first time.
 * @param {string} [file]
 * @returns {Promise<Instance>}
 */
export async function ensureInstance(file = instanceFile) {
  const existing = await readInstance(file)
  if (existing !== undefined) return existing
  await mkdir(dirname(file), { recursive: true })
  const instance = newInstance()
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, format(instance), { mode: 0o600 })
  try {
    // Appears whole, and only where there is none: another command of this clone may be making it as well.
    await link(draft, file)
    return instance
  } catch (error) {
    const made = await readInstance(file)
    if (made === undefined) throw error
    return made
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * @param {string} [file]
 * @returns {Promise<Instance | undefined>}
 */
export async function readInstance(file = instanceFile) {
  let text
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const instance = JSON.parse(text)
    if (instance.version === VERSION) return instance
  } catch {
    // Said below.
  }
  throw new Failure(`${file} is not readable as this version's settings.`, {
    mend: '`npm run reset` starts anew (it deletes this clone’s local data).',
  })
}

/**
 * @param {Instance} instance
 * @param {string} [file]
 */
export async function saveInstance(instance, file = instanceFile) {
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, format(instance), { mode: 0o600 })
  await rename(draft, file)
}

/** @param {Instance} instance */
function format(instance) {
  return `${JSON.stringify(instance, null, 2)}\n`
}
