import { newId } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import { betterAuth } from 'better-auth'
import { anonymous, jwt } from 'better-auth/plugins'
import type { Kysely } from 'kysely'
import { createPasswordHasher } from './password.ts'

/** The schema of the auth library's tables. */
const AUTH_SCHEMA = 'auth'
const DAY_SECONDS = 24 * 60 * 60

export type AuthLibrary = ReturnType<typeof createAuthLibrary>

/**
 * Better Auth, as a library only: its own HTTP routes are not mounted, ours call its functions. It keeps accounts,
 * password hashes, sign-ins and signing keys; who a user is to the rest of the platform is `users`.
 */
export function createAuthLibrary(options: {
  db: Kysely<Database>
  publicOrigin: string
  secret: string
  cookiePrefix: string
  logger: Logger
}) {
  const { db, publicOrigin, secret, cookiePrefix, logger } = options
  const password = createPasswordHasher()
  return betterAuth({
    appName: 'Brainlyx AI',
    baseURL: publicOrigin,
    secret,
    // Its columns are in camel case; its schema is proved by our migrations and the dump.
    database: {
      db: db.withoutPlugins(),
      type: 'postgres',
      schemaName: AUTH_SCHEMA,
      transaction: true,
    },
    advanced: {
      cookiePrefix,
      useSecureCookies: publicOrigin.startsWith('https:'),
      database: { generateId: () => newId(), validateSchema: false },
      // Ours is checked before any route runs, and there is no other way in.
      disableCSRFCheck: true,
      // The only address it ever sees is the one that we put there.
      ipAddress: { ipAddressHeaders: ['x-client-address'] },
    },
    session: { expiresIn: 30 * DAY_SECONDS, updateAge: DAY_SECONDS },
    emailAndPassword: {
      enabled: true,
      autoSignIn: true,
      minPasswordLength: 1,
      maxPasswordLength: 256,
      password: {
        hash: (text) => password.hash(text),
        verify: ({ password: text, hash }) => password.verify(text, hash),
      },
    },
    plugins: [anonymous(), jwt({ disableSettingJwtHeader: true })],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) =>
        logger[level === 'error' ? 'error' : 'warn']({ from: 'better-auth' }, message),
    },
  })
}
