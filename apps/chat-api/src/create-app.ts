import { createReads, pingDatabase } from '@brainlyx/db'
import { createHttpApp, errorFormatOf } from '@brainlyx/service-kit'
import type { Readiness } from '@brainlyx/service-kit'
import type { TurnEngine } from '@brainlyx/turn-engine'
import type { Express, Request } from 'express'
import { createAccounts } from './account/accounts.ts'
import type { SetUpService } from './account/set-up.service.ts'
import { overviewRoutes } from './admin/overview.routes.ts'
import { userRoutes } from './admin/user.routes.ts'
import { announcementRoutes } from './announcement/announcement.routes.ts'
import { createCurrentAnnouncements } from './announcement/current-announcements.ts'
import type { CurrentAnnouncements } from './announcement/current-announcements.ts'
import { createKeyAccess } from './api-keys/key-access.ts'
import { createAuditLog } from './audit/audit-log.ts'
import { auditRoutes } from './audit/audit.routes.ts'
import { budgetRoutes } from './budget/budget.routes.ts'
import { chatRoutes } from './chat/chat.routes.ts'
import type { ChatApiDependencies } from './chat-api-dependencies.ts'
import { registerDocumentation } from './documentation/documentation.routes.ts'
import { createFailureRecorder } from './failure/failure-recorder.ts'
import { failureRoutes } from './failure/failure.routes.ts'
import { registerRoutes, takesUpload } from './http/register-routes.ts'
import type { Handlers } from './http/register-routes.ts'
import { createOriginReader } from './http/request-origin.ts'
import { translateDatabaseErrors } from './http/translate-database-errors.ts'
import type { AccessTokens } from './identity/access-token.ts'
import { createAuthenticator } from './identity/authenticate.ts'
import type { Revocations } from './identity/revocations.ts'
import { createSessions } from './identity/sessions.ts'
import type { SignInsService } from './identity/sign-ins.service.ts'
import type { SigningKeys } from './identity/signing-keys.ts'
import { createUserAdministration } from './identity/user-administration.ts'
import type { UserAdministration } from './identity/user-administration.ts'
import { limitsRoutes } from './limits/limits.routes.ts'
import { createLimits } from './limits/limits.ts'
import type { Limits } from './limits/limits.ts'
import { createModelList } from './model/model-list.ts'
import { modelRoutes } from './model/model.routes.ts'
import type { OpenCalls } from './openai-api/open-calls.ts'
import { isOpenAiPath } from './openai-api/openai-api.routes.ts'
import { providerRoutes } from './provider/provider.routes.ts'
import { rightsRoutes } from './rights/rights.routes.ts'
import { createRightsService } from './rights/rights.service.ts'
import { createLinkSigner } from './rights/signed-link.ts'
import { searchRoutes } from './search/search.routes.ts'
import { createTurns } from './turn/turns.ts'

/** A message of 200,000 characters, each of them escaped at worst, and the rest of the body. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024

export interface ChatApi {
  readonly app: Express
  readonly engine: TurnEngine
  readonly tokens: AccessTokens
  readonly signingKeys: SigningKeys
  readonly revocations: Revocations
  readonly signIns: SignInsService
  readonly administration: UserAdministration
  readonly limits: Limits
  /** Calls by API keys. */
  readonly calls: OpenCalls
  readonly setUp: SetUpService
  readonly announcements: CurrentAnnouncements
  readiness(): Promise<Readiness>
  /** Ends what runs by itself every few seconds, and writes what failures are not written yet. */
  close(): Promise<void>
}

/** Puts the service together from what it needs. Does no I/O. */
export function createChatApi(dependencies: ChatApiDependencies): ChatApi {
  const { mode, publicOrigin, db, redis, hints, router, heartbeat, logger, metrics } = dependencies
  const { pseudonymOf, cookiePrefix, authSecret, leaving } = dependencies
  const controlDb = dependencies.controlDb ?? db
  const nowMs = dependencies.nowMs ?? Date.now
  const reads = dependencies.reads ?? createReads({ primary: db })
  const models = createModelList({ router })
  const audit = createAuditLog({ db, pseudonymOf })
  const failures = createFailureRecorder({ db, router, pseudonymOf, logger, metrics })
  const announcements = createCurrentAnnouncements({ db, redis, hints, logger, nowMs })
  const hintOutbox = (): void => void redis.publish('outbox-hint', '').catch(() => 0)
  const readOrigin = createOriginReader({
    serviceTokens: dependencies.serviceTokens,
    trustedProxyHops: dependencies.trustedProxyHops,
  })
  const limits = createLimits({
    db,
    redis,
    hints,
    pseudonymOf,
    exemptLoopback: mode === 'local',
    logger,
    metrics,
    nowMs,
    pressure: dependencies.pressure,
    redisPatienceMs: dependencies.redisPatienceMs,
  })
  const turns = createTurns({
    db,
    reads,
    redis,
    log: dependencies.log,
    hints,
    router,
    models,
    heartbeat,
    observer: limits.observer,
    onFailure: failures.onTurnFailure,
    hintOutbox,
    logger,
    metrics,
    nowMs,
  })
  const sessions = createSessions({
    mode,
    publicOrigin,
    authSecret,
    cookiePrefix,
    db,
    controlDb,
    reads,
    redis,
    hints,
    pseudonymOf,
    audit,
    signingKeyTimes: dependencies.signingKeyTimes,
    logger,
    metrics,
    nowMs,
  })
  const { cookies, revocations } = sessions
  const administration = createUserAdministration({
    db,
    reads,
    revocations,
    standings: limits.standings,
    audit,
    stopTurn: (turn) => turns.service.stop(turn),
  })
  const accounts = createAccounts({
    mode,
    publicOrigin,
    cookiePrefix,
    settings: dependencies.accounts ?? {},
    limits: dependencies.limits ?? {},
    sessions,
    administration,
    db,
    reads,
    redis,
    models,
    audit,
    hintOutbox,
    logger,
  })
  const { identity, guests, prove } = accounts
  const rights = createRightsService({
    db,
    reads,
    storage: dependencies.storage,
    links: createLinkSigner({ secret: authSecret, nowMs }),
    revocations,
    audit,
    hintOutbox,
  })
  const keys = createKeyAccess({
    db,
    controlDb,
    redis,
    hints,
    router,
    models,
    limits,
    unknownKeyLimit: dependencies.limits?.unknownKeyLimit,
    readOrigin,
    heartbeat,
    pseudonymOf,
    audit,
    logger,
    nowMs,
  })
  const missingParts = (): string[] => [
    ...(revocations.isStale() ? ['revocations'] : []),
    ...(reads.missingReplicas.length === 0 ? [] : ['postgres-replica']),
  ]
  const handlers: Handlers = {
    ...accounts.handlers,
    ...modelRoutes({ models, limits }),
    ...chatRoutes({
      db,
      reads,
      abandonChat: (chat) => turns.service.abandon(chat),
      audit,
    }),
    ...turns.handlers({
      admit: (principal) => guests.admit(principal),
      watchRights: revocations.watch,
      leaving,
    }),
    ...searchRoutes({ reads, nowMs }),
    ...rightsRoutes({ db, rights, prove, uploads: limits, cookies }),
    ...keys.handlers,
    ...limitsRoutes({ db, limits, audit }),
    ...budgetRoutes({ db, reads, audit, nowMs }),
    ...providerRoutes({ router, models, audit }),
    ...auditRoutes({ db, audit, pseudonymOf, findUserId: identity.findUserId, nowMs }),
    ...announcementRoutes({ db, current: announcements, audit, nowMs }),
    ...userRoutes({ db, administration, revocations, pseudonymOf, audit, nowMs }),
    ...failureRoutes({ db, explainDecision: failures.explainDecision, nowMs }),
    ...overviewRoutes({
      db,
      reads,
      nowMs,
      degradedParts: async () => [
        ...(await accounts.describeInstallation(undefined)).degraded,
        ...missingParts(),
      ],
    }),
  }
  const app = createHttpApp({
    logger,
    metrics,
    https: publicOrigin.startsWith('https:'),
    body: { form: true, limitBytes: BODY_LIMIT_BYTES, isStreamed: readsOwnBody },
    onFailure: failures.onHttpFailure,
    errorFormat: ({ path }) => errorFormatOf(path),
    configure: (routes) => {
      registerDocumentation(routes)
      registerRoutes(routes, {
        publicOrigin,
        checkAnswers: dependencies.checkAnswers,
        readOrigin,
        authenticate: createAuthenticator({ ...sessions, identity }),
        admit: limits.admit,
        handlers,
      })
      keys.register(routes)
      routes.use(translateDatabaseErrors)
    },
  })

  const { tokens, signingKeys, signIns } = sessions
  return {
    app,
    engine: turns.engine,
    tokens,
    signingKeys,
    revocations,
    signIns,
    administration,
    limits,
    setUp: accounts.setUp,
    calls: keys.calls,
    announcements,
    async close() {
      revocations.close()
      signingKeys.close()
      keys.close()
      limits.close()
      announcements.close()
      await failures.close()
    },
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

/** Whether a request's body is for its route to read. */
function readsOwnBody(request: Request): boolean {
  return isOpenAiPath(request.path) || takesUpload(request)
}
