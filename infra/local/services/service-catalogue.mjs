import { derivedSecret, publicKeySet } from '../instance/secrets.mjs'
import { inLocal, inRepository } from '../paths.mjs'
import { environmentKeys, providerKeysFile } from './provider-keys.mjs'

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string} folder the app's
 * @property {string} builtEntry
 * @property {string} sourceEntry
 * @property {readonly string[]} [watchedFolders] what restarts it in development; without, whatever it imports
 * @property {number} operationsPort
 * @property {Record<string, string>} environment
 *
 * @typedef {{ owner: string, app: string, redis: string }} DataUrls
 */

/** What any program needs to run here and to speak to the world. */
const COMMON = [
  'HOME',
  'PATH',
  'TMPDIR',
  'TZ',
  'LANG',
  'LOG_LEVEL',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
]

/**
 * The services of this clone in the order they start in, each with the environment that docs/architecture.md names.
 * @param {import('../instance/instance.mjs').Instance} instance with its ports
 * @param {DataUrls} data
 * @param {Record<string, string | undefined>} given what the person set
 * @returns {Service[]}
 */
export function serviceCatalogue(instance, data, given) {
  const { ports, secrets } = instance
  const url = (/** @type {string} */ name) => `http://127.0.0.1:${ports[name]}`
  const origin = webOrigin(instance)
  const key = (/** @type {string} */ name) => JSON.stringify(secrets.serviceKeys[name])
  const keysOf = (/** @type {string[]} */ ...names) =>
    JSON.stringify(publicKeySet(names.map((name) => secrets.serviceKeys[name] ?? {})))
  // Of chat-api and worker: where files are kept, and what pseudonyms are made with.
  const kept = {
    STORAGE_DIRECTORY: inLocal('storage'),
    PSEUDONYM_KEY: derivedSecret(secrets.authSecret, 'pseudonyms'),
    ...pick(given, (variable) => variable.startsWith('STORAGE_S3_')),
  }
  const simulated = environmentKeys(given).length === 0

  /** @type {(name: string, own: Record<string, string>, extra?: Partial<Service>) => Service} */
  const service = (name, own, extra = {}) => {
    const folder = inRepository('apps', name)
    return {
      name,
      folder,
      builtEntry: inRepository('apps', name, 'dist', 'main.js'),
      sourceEntry: inRepository('apps', name, 'src', 'main.ts'),
      operationsPort: Number(ports[`${name}-operations`]),
      environment: {
        ...pick(given, (variable) => COMMON.includes(variable)),
        BRAINLYX_MODE: 'local',
        PORT: String(ports[name] ?? 0),
        OPS_PORT: String(ports[`${name}-operations`]),
        SHUTDOWN_GRACE_MS: '8000',
        ...own,
      },
      ...extra,
    }
  }

  const simulator = service(
    'provider-simulator',
    {
      SIMULATOR_PORT: String(ports['provider-simulator']),
      ...pick(given, (variable) => variable.startsWith('SIMULATOR_')),
    },
    {
      folder: inRepository('packages', 'provider-simulator'),
      builtEntry: inRepository('packages', 'provider-simulator', 'src', 'main.ts'),
      sourceEntry: inRepository('packages', 'provider-simulator', 'src', 'main.ts'),
    },
  )
  const router = service('provider-router', {
    // Its configuration may name any variable, so it alone sees all of them.
    ...pick(given, (variable) => !OURS.has(variable)),
    ROUTER_CONFIG: given['ROUTER_CONFIG'] ?? inRepository('apps', 'provider-router', 'router.yaml'),
    PROVIDER_KEYS_FILE: providerKeysFile,
    REDIS_URL: data.redis,
    ...(simulated ? { SIMULATOR_URL: url('provider-simulator') } : {}),
    SERVICE_TOKEN_PUBLIC_JWKS: keysOf('chat-api', 'worker', 'cli'),
  })
  const databaseKeys = pick(given, (name) => name.startsWith('DATABASE_') && !OURS.has(name))
  const chatApi = service('chat-api', {
    ...databaseKeys,
    DATABASE_URL: data.app,
    REDIS_URL: data.redis,
    ROUTER_URL: url('provider-router'),
    PUBLIC_ORIGIN: origin,
    AUTH_SECRET: secrets.authSecret,
    COOKIE_PREFIX: `brainlyx-${instance.cloneId}`,
    ...pick(given, (name) => ACCOUNT_KEYS.has(name)),
    ...kept,
    SERVICE_TOKEN_PRIVATE_JWK: key('chat-api'),
    SERVICE_TOKEN_PUBLIC_JWKS: keysOf('web'),
  })
  const worker = service('worker', {
    ...databaseKeys,
    DATABASE_URL: data.app,
    DATABASE_OWNER_URL: data.owner,
    REDIS_URL: data.redis,
    ROUTER_URL: url('provider-router'),
    PUBLIC_ORIGIN: origin,
    ...pick(given, (name) => name === 'SMTP_URL' || name === 'MAIL_FROM'),
    ...kept,
    SERVICE_TOKEN_PRIVATE_JWK: key('worker'),
  })
  const web = service(
    'web',
    {
      CHAT_API_URL: url('chat-api'),
      PUBLIC_ORIGIN: origin,
      SERVICE_TOKEN_PRIVATE_JWK: key('web'),
    },
    {
      // Vite reloads the pages itself. It also imports its configuration from a new temporary file at each start,
      // which would make a server that watches all imports start for ever.
      watchedFolders: [
        inRepository('apps', 'web', 'src'),
        inRepository('packages', 'chat-contract', 'src'),
        inRepository('packages', 'service-kit', 'src'),
      ],
    },
  )
  return [...(simulated ? [simulator] : []), router, chatApi, worker, web]
}

/**
 * What people type. One spelling only: cookies and forms belong to it.
 * @param {import('../instance/instance.mjs').Instance} instance
 */
export function webOrigin(instance) {
  return `http://localhost:${instance.ports['web']}`
}

/** How people come to accounts; chat-api's own. */
const ACCOUNT_KEYS = new Set([
  'MAIL_FROM',
  'REQUIRE_VERIFIED_EMAIL',
  'SIGN_UP',
  'GUESTS',
  'AUTH_PROVIDERS',
  'AUTH_PROVIDERS_FILE',
])

/** Chosen by this catalogue, so never taken over from the outside. */
const OURS = new Set([
  'BRAINLYX_MODE',
  'PORT',
  'OPS_PORT',
  'HOST',
  'OPS_HOST',
  'NODE_ENV',
  'NODE_OPTIONS',
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'REDIS_URL',
])

/**
 * @param {Record<string, string | undefined>} from
 * @param {(variable: string) => boolean} isWanted
 */
function pick(from, isWanted) {
  /** @type {Record<string, string>} */
  const picked = {}
  for (const [variable, value] of Object.entries(from)) {
    if (value !== undefined && isWanted(variable)) picked[variable] = value
  }
  return picked
}
