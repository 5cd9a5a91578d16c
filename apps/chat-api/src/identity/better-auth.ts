import { newId } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import { betterAuth } from 'better-auth'
import { anonymous, twoFactor } from 'better-auth/plugins'
import type { Kysely } from 'kysely'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'
import { HOST_PREFIX } from './cookies.ts'
import { beginSignIn } from './begin-sign-in.ts'
import { createPasswordHasher } from './password.ts'
import { singleUseCodes } from './single-use-codes.ts'

/** The schema of the auth library's tables. */
const AUTH_SCHEMA = 'auth'
const DAY_SECONDS = 24 * 60 * 60

export type AuthLibrary = ReturnType<typeof createAuthLibrary>

/**
 * Better Auth, as a library only: its own HTTP routes are not mounted, ours call its functions. It keeps accounts,
 * password hashes and sign-ins; who a user is to the rest of the platform is `users`.
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
  const secure = publicOrigin.startsWith('https:')
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
      // The library would say __Secure-, which another host of the domain can set as well.
      cookiePrefix: `${secure ? HOST_PREFIX : ''}${cookiePrefix}`,
      useSecureCookies: false,
      defaultCookieAttributes: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
      database: { generateId: () => newId(), validateSchema: false },
      // Ours is checked before any route runs, and there is no other way in.
      disableCSRFCheck: true,
      // The only address it ever sees is the one that we put there.
      ipAddress: { ipAddressHeaders: ['x-client-address'] },
    },
    // Read when an access token is made from it, so that is how often its last use is written.
    session: { expiresIn: 30 * DAY_SECONDS, updateAge: ACCESS_TOKEN_LIFETIME_MS / 1000 },
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
    plugins: [
      anonymous(),
      // Five wrong codes end a sign-in, ten in a row close its second step for a quarter of an hour.
      twoFactor({ issuer: 'Brainlyx AI' }),
      singleUseCodes(db),
      beginSignIn(),
    ],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) =>
        logger[level === 'error' ? 'error' : 'warn']({ from: 'better-auth' }, message),
    },
  })
}
