import type { Database, Pseudonymizer, Reads } from '@brainlyx/db'
import type { Logger, Metrics } from '@brainlyx/service-kit'
import type { Hints } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { AuditLog } from '../audit/audit-log.ts'
import { createAccessTokens } from './access-token.ts'
import { createAuthLibrary } from './better-auth.ts'
import { createCookieJar } from './cookies.ts'
import { createRevocations } from './revocations.ts'
import { createSignInsService } from './sign-ins.service.ts'
import { createSigningKeys } from './signing-keys.ts'
import type { SigningKeyTimes } from './signing-keys.ts'
import { createUserMapping } from './user-mapping.ts'

export type Sessions = ReturnType<typeof createSessions>

/** How somebody is known from one request to the next, until their sign-in ends. */
export function createSessions(dependencies: {
  mode: 'local' | 'production'
  publicOrigin: string
  authSecret: string
  cookiePrefix: string
  db: Kysely<Database>
  controlDb: Kysely<Database>
  reads: Reads
  redis: Redis
  hints: Hints
  pseudonymOf: Pseudonymizer
  audit: AuditLog
  signingKeyTimes: SigningKeyTimes | undefined
  logger: Logger
  metrics: Metrics
  nowMs: () => number
}) {
  const { mode, publicOrigin, cookiePrefix, db, controlDb, reads, redis, hints } = dependencies
  const { pseudonymOf, audit, signingKeyTimes, logger, metrics, nowMs } = dependencies
  const auth = createAuthLibrary({
    db,
    publicOrigin,
    secret: dependencies.authSecret,
    cookiePrefix,
    logger,
  })
  const signingKeys = createSigningKeys({
    db,
    secret: async () => (await auth.$context).secretConfig,
    logger,
    nowMs,
    ...(signingKeyTimes && { times: signingKeyTimes }),
  })
  const secure = publicOrigin.startsWith('https:')
  const revocations = createRevocations({
    db: controlDb,
    redis,
    hints,
    pseudonymOf,
    logger,
    metrics,
  })
  return {
    auth,
    users: createUserMapping({ db, reads, firstMemberIsAdmin: mode === 'local' }),
    signingKeys,
    tokens: createAccessTokens({ keys: signingKeys, issuer: publicOrigin, nowMs }),
    cookies: createCookieJar({ prefix: cookiePrefix, secure }),
    revocations,
    signIns: createSignInsService({ db, revocations, audit }),
  }
}
