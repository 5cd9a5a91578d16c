import { createReads, pingDatabase, recordAudit } from '@brainlyx/db'
import type { Database, Pseudonymizer, Reads } from '@brainlyx/db'
import { createHttpApp, currentTrace } from '@brainlyx/service-kit'
import type { Logger, Metrics, Readiness, ServiceTokenVerifier } from '@brainlyx/service-kit'
import type { FileStorage } from '@brainlyx/storage'
import { createTurnEngine, createTurnFollower } from '@brainlyx/turn-engine'
import type { Hints, RouterClient, TurnEngine, TurnLog } from '@brainlyx/turn-engine'
import type { Express } from 'express'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { overviewRoutes } from './admin/overview.routes.ts'
import { userRoutes } from './admin/user.routes.ts'
import { announcementRoutes } from './announcement/announcement.routes.ts'
import { createCurrentAnnouncements } from './announcement/current-announcements.ts'
import type { CurrentAnnouncements } from './announcement/current-announcements.ts'
import { chatRoutes } from './chat/chat.routes.ts'
import { registerDocumentation } from './documentation/documentation.routes.ts'
import { createFailureRecorder } from './failure/failure-recorder.ts'
import { failureRoutes } from './failure/failure.routes.ts'
import { registerRoutes, takesUpload } from './http/register-routes.ts'
import { createOriginReader } from './http/request-origin.ts'
import { translateDatabaseErrors } from './http/translate-database-errors.ts'
import { createAccessTokens } from './identity/access-token.ts'
import type { AccessTokens } from './identity/access-token.ts'
import { createAuthenticator } from './identity/authenticate.ts'
import { createAuthLibrary } from './identity/better-auth.ts'
import { createCookieJar } from './identity/cookies.ts'
import { createIdentityService } from './identity/identity.service.ts'
import { createRevocations } from './identity/revocations.ts'
import type { Revocations } from './identity/revocations.ts'
import { sessionRoutes } from './identity/session.routes.ts'
import { createSignInLimits } from './identity/sign-in-limits.ts'
import type { Limit } from './identity/sign-in-limits.ts'
import { signInRoutes } from './identity/sign-in.routes.ts'
import { createSignInsService } from './identity/sign-ins.service.ts'
import type { SignInsService } from './identity/sign-ins.service.ts'
import { createSigningKeys } from './identity/signing-keys.ts'
import type { SigningKeys, SigningKeyTimes } from './identity/signing-keys.ts'
import { createUserAdministration } from './identity/user-administration.ts'
import type { UserAdministration } from './identity/user-administration.ts'
import { createUserMapping } from './identity/user-mapping.ts'
import { createInstallationDescription } from './installation.ts'
import { createModelList } from './model/model-list.ts'
import { modelRoutes } from './model/model.routes.ts'
import { providerRoutes } from './provider/provider.routes.ts'
import { rightsRoutes } from './rights/rights.routes.ts'
import { createRightsService } from './rights/rights.service.ts'
import { createLinkSigner } from './rights/signed-link.ts'
import { searchRoutes } from './search/search.routes.ts'
import { createTurnStreams } from './turn/stream-turn.ts'
import { createTurnEndings } from './turn/turn-entries.ts'
import { createTurnMetrics } from './turn/turn-metrics.ts'
import { turnRoutes } from './turn/turn.routes.ts'
import { createTurnService } from './turn/turn.service.ts'

/** A message of 200,000 characters, each of them escaped at worst, and the rest of the body. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024

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
  limits?: { addressLimit?: Limit; accountLimit?: Limit }
  signingKeyTimes?: SigningKeyTimes
  nowMs?: () => number
}

export interface ChatApi {
  readonly app: Express
  readonly engine: TurnEngine
  readonly tokens: AccessTokens
  readonly signingKeys: SigningKeys
  readonly revocations: Revocations
  readonly signIns: SignInsService
  readonly administration: UserAdministration
  readonly announcements: CurrentAnnouncements
  /** Writes what failures are not written yet. */
  close(): Promise<void>
  readiness(): Promise<Readiness>
}

/** Puts the service together from what it needs. Does no I/O. */
export function createChatApi(dependencies: ChatApiDependencies): ChatApi {
  const { mode, publicOrigin, db, redis, log, hints, router, heartbeat, logger, metrics } =
    dependencies
  const { pseudonymOf } = dependencies
  const nowMs = dependencies.nowMs ?? Date.now
  const reads = dependencies.reads ?? createReads({ primary: db })
  const turnMetrics = createTurnMetrics(metrics)
  const models = createModelList({ router })
  const failures = createFailureRecorder({ db, router, pseudonymOf, logger, metrics })
  const announcements = createCurrentAnnouncements({ db, redis, hints, logger, nowMs })
  const hintOutbox = (): void => void redis.publish('outbox-hint', '').catch(() => 0)
  const engine = createTurnEngine({
    db,
    log,
    hints,
    router,
    owner: heartbeat.processId,
    isAlive: () => heartbeat.isAlive(),
    contextTokensOf: (model) => models.contextTokensOf(model),
    hintOutbox,
    noteWrite: (userId) => reads.noteWrite(userId),
    observer: { ...turnMetrics.observer, failed: failures.onTurnFailure },
    logger,
    nowMs: () => performance.now(),
  })
  const turns = createTurnService({
    db,
    reads,
    redis,
    log,
    engine,
    owner: heartbeat.processId,
    nowMs,
  })
  const auth = createAuthLibrary({
    db,
    publicOrigin,
    secret: dependencies.authSecret,
    cookiePrefix: dependencies.cookiePrefix,
    logger,
  })
  const signingKeys = createSigningKeys({
    db,
    secret: async () => (await auth.$context).secretConfig,
    logger,
    nowMs,
    ...(dependencies.signingKeyTimes && { times: dependencies.signingKeyTimes }),
  })
  const tokens = createAccessTokens({ keys: signingKeys, issuer: publicOrigin, nowMs })
  const secure = publicOrigin.startsWith('https:')
  const cookies = createCookieJar({ prefix: dependencies.cookiePrefix, secure })
  const users = createUserMapping({ db, reads, firstMemberIsAdmin: mode === 'local' })
  const identity = createIdentityService({ auth, users })
  const revocations = createRevocations({
    db: dependencies.controlDb ?? db,
    redis,
    hints,
    pseudonymOf,
    logger,
    metrics,
  })
  const signIns = createSignInsService({ db, revocations, pseudonymOf })
  const administration = createUserAdministration({
    db,
    reads,
    revocations,
    pseudonymOf,
    stopTurn: (turn) => turns.stop(turn),
  })
  const rights = createRightsService({
    db,
    reads,
    storage: dependencies.storage,
    links: createLinkSigner({ secret: dependencies.authSecret, nowMs }),
    revocations,
    pseudonymOf,
    hintOutbox,
  })
  const limits = createSignInLimits({
    redis,
    exemptLoopback: mode === 'local',
    ...dependencies.limits,
  })
  const describeInstallation = createInstallationDescription({ mode, models, redis })
  const missingParts = (): string[] => [
    ...(revocations.isStale() ? ['revocations'] : []),
    ...(reads.missingReplicas.length === 0 ? [] : ['postgres-replica']),
  ]
  const follower = createTurnFollower({
    log,
    hints,
    liveTurns: engine.liveTurns,
    endings: createTurnEndings(db),
  })

  const app = createHttpApp({
    logger,
    metrics,
    body: { form: true, limitBytes: BODY_LIMIT_BYTES, isStreamed: takesUpload },
    onFailure: failures.onHttpFailure,
    errorFormat: (request) => (request.path.startsWith('/v1/') ? 'openai' : 'problem'),
    configure: (routes) => {
      registerDocumentation(routes)
      registerRoutes(routes, {
        publicOrigin,
        checkAnswers: dependencies.checkAnswers,
        readOrigin: createOriginReader({
          serviceTokens: dependencies.serviceTokens,
          trustedProxyHops: dependencies.trustedProxyHops,
        }),
        authenticate: createAuthenticator({ tokens, cookies, identity, revocations }),
        handlers: {
          ...sessionRoutes({
            db,
            identity,
            signIns,
            tokens,
            cookies,
            limits,
            describeInstallation,
          }),
          ...signInRoutes({ signIns, cookies }),
          ...modelRoutes(models),
          ...chatRoutes({
            db,
            reads,
            abandonChat: (chat) => turns.abandon(chat),
            auditDeletion: (transaction, { principal, origin }) =>
              recordAudit(transaction, {
                actorKind: principal.role,
                actor: pseudonymOf(principal.userId),
                address: pseudonymOf(origin.address),
                action: 'chat-deletion',
                outcome: 'completed',
                traceId: currentTrace()?.traceId,
              }),
          }),
          ...rightsRoutes({ db, rights, identity, limits, cookies }),
          ...searchRoutes({ reads, nowMs }),
          ...turnRoutes({
            turns,
            stream: createTurnStreams({
              follower,
              openStreams: turnMetrics.openStreams,
              watchRights: revocations.watch,
              leaving: dependencies.leaving,
            }),
          }),
          ...providerRoutes({ router, models }),
          ...announcementRoutes({ db, current: announcements, pseudonymOf, nowMs }),
          ...userRoutes({ db, administration, revocations, pseudonymOf, nowMs }),
          ...failureRoutes({ db, explainDecision: failures.explainDecision, nowMs }),
          ...overviewRoutes({
            db,
            reads,
            nowMs,
            degradedParts: async () => [
              ...(await describeInstallation(undefined)).degraded,
              ...missingParts(),
            ],
          }),
        },
      })
      routes.use(translateDatabaseErrors)
    },
  })

  return {
    app,
    engine,
    tokens,
    signingKeys,
    revocations,
    signIns,
    administration,
    announcements,
    close: () => failures.close(),
    async readiness() {
      const [database, cache] = await Promise.allSettled([pingDatabase(db), redis.ping()])
      return {
        ready: database.status === 'fulfilled',
        degraded: [
          ...(database.status === 'fulfilled' ? [] : ['postgres']),
          ...(cache.status === 'fulfilled' ? [] : ['redis']),
          ...missingParts(),
        ],
      }
    },
  }
}
