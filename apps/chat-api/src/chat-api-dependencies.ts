import type { Database, Pseudonymizer, Reads } from '@brainlyx/db'
import type { Logger, Metrics, ServiceTokenVerifier } from '@brainlyx/service-kit'
import type { FileStorage } from '@brainlyx/storage'
import type { Hints, RouterClient, TurnLog } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { AccountSettings } from './account/accounts.ts'
import type { SignInLimitSettings } from './identity/sign-in-limits.ts'
import type { SigningKeyTimes } from './identity/signing-keys.ts'
import type { Limit } from './limits/attempts.ts'
import type { LimitsDependencies } from './limits/limits.ts'

/** What the service needs of its surroundings. */
export interface ChatApiDependencies {
  mode: 'local' | 'production'
  /** Answers are checked against the contract before they leave. */
  checkAnswers: boolean
  publicOrigin: string
  authSecret: string
  cookiePrefix: string
  trustedProxyHops: number
  db: Kysely<Database>
  /** For what must not wait until the pool has a place: what is revoked. Default: `db`. */
  controlDb?: Kysely<Database>
  /** What a replica may answer. Default: all comes from `db`. */
  reads?: Reads
  redis: Redis
  log: TurnLog
  hints: Hints
  router: RouterClient
  storage: FileStorage
  pseudonymOf: Pseudonymizer
  heartbeat: { processId: string; isAlive: () => boolean }
  serviceTokens: ServiceTokenVerifier
  logger: Logger
  metrics: Metrics
  /** Aborts when the process is about to end. */
  leaving: AbortSignal
  /** Of sign-ins and of unknown keys. */
  limits?: SignInLimitSettings & { unknownKeyLimit?: Limit }
  accounts?: AccountSettings
  signingKeyTimes?: SigningKeyTimes
  /** Default: as the process is. */
  pressure?: LimitsDependencies['pressure']
  /** How long limits wait for Redis. */
  redisPatienceMs?: number
  nowMs?: () => number
}
