import { createReads, pingDatabase } from '@brainlyx/db'
import type { Database, Pseudonymizer, Reads, SignUpRules } from '@brainlyx/db'
import { createHttpApp } from '@brainlyx/service-kit'
import type { Logger, Metrics, Readiness, ServiceTokenVerifier } from '@brainlyx/service-kit'
import type { FileStorage } from '@brainlyx/storage'
import { createTurnEngine, createTurnFollower, observeTogether } from '@brainlyx/turn-engine'
import type { Hints, RouterClient, TurnEngine, TurnLog } from '@brainlyx/turn-engine'
import type { Express, Request } from 'express'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { apiKeyRoutes } from './api-keys/api-key.routes.ts'
import { createApiKeyService } from './api-keys/api-key.service.ts'
import { createKeyAuthenticator } from './api-keys/authenticate-key.ts'
import { createKeyDirectory } from './api-keys/key-directory.ts'
import { createKeyUses } from './api-keys/key-uses.ts'
import { createUnknownKeyLimit } from './api-keys/unknown-key-limit.ts'
import { budgetRoutes } from './budget/budget.routes.ts'
import { createAuditLog } from './audit/audit-log.ts'
import { auditRoutes } from './audit/audit.routes.ts'
import { createAccountMails } from './account/account-mails.ts'
import { accountRoutes } from './account/account.routes.ts'
import { createCredentialsService } from './account/credentials.service.ts'
import { createGuestPolicy } from './account/guest-policy.ts'
import { createSetUpService } from './account/set-up.service.ts'
import type { SetUpService } from './account/set-up.service.ts'
import { signUpAdminRoutes } from './account/sign-up-admin.routes.ts'
import { createSignUpPolicy } from './account/sign-up-policy.ts'
import { createTwoFactorService } from './account/two-factor.service.ts'
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
import { createWelcome, sessionRoutes } from './identity/session.routes.ts'
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
import { createLimits } from './limits/limits.ts'
import type { Limits, LimitsDependencies } from './limits/limits.ts'
import { limitsRoutes } from './limits/limits.routes.ts'
import { createModelList } from './model/model-list.ts'
import { modelRoutes } from './model/model.routes.ts'
import { createModelAccess } from './openai-api/model-access.ts'
import { createOpenCalls } from './openai-api/open-calls.ts'
import type { OpenCalls } from './openai-api/open-calls.ts'
import { callerOf, isOpenAiPath, registerOpenAiApi } from './openai-api/openai-api.routes.ts'
import { providerRoutes } from './provider/provider.routes.ts'
import { rightsRoutes } from './rights/rights.routes.ts'
import { createRightsService } from './rights/rights.service.ts'
import { createLinkSigner } from './rights/signed-link.ts'
import { searchRoutes } from './search/search.routes.ts'
import { createProviderProtocol } from './sign-in-provider/provider-protocol.ts'
import { providerName } from './sign-in-provider/provider-settings.ts'
import type { ProviderSettings } from './sign-in-provider/provider-settings.ts'
import { providerPath, providerSignInRoutes } from './sign-in-provider/provider-sign-in.routes.ts'
import { createProviderSignInService } from './sign-in-provider/provider-sign-in.service.ts'
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
  /** Of sign-ins. */
  limits?: {
    addressLimit?: Limit
    accountLimit?: Limit
    mailLimit?: Limit
    unknownKeyLimit?: Limit
  }
  accounts?: AccountSettings
  signingKeyTimes?: SigningKeyTimes
  /** Default: as the process is. */
  pressure?: LimitsDependencies['pressure']
  /** How long limits wait for Redis. */
  redisPatienceMs?: number
  nowMs?: () => number
}

/** How people come to accounts; what is left out is as a laptop without any settings has it. */
export interface AccountSettings {
  /** Whether a worker has a mail server. A laptop has a page instead. */
  mailIsSent?: boolean
  requireVerifiedEmail?: boolean
  /** Until an administrator sets others. */
  signUp?: SignUpRules
  guests?: 'auto' | 'on' | 'off'
  providers?: readonly ProviderSettings[]
}

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
  const engine = createTurnEngine({
    db,
    log,
    hints,
    router,
    owner: heartbeat.processId,
    isAlive: () => heartbeat.isAlive(),
    contextTokensOf: (model) => models.contextTokensOf(model),
    priceOf: (model) => models.priceOf(model),
    hintOutbox,
    noteWrite: (userId) => reads.noteWrite(userId),
    observer: {
      ...observeTogether(turnMetrics.observer, limits.observer),
      failed: failures.onTurnFailure,
    },
    logger,
    nowMs: () => performance.now(),
  })
  const turns = createTurnService({
    db,
    reads,
    models,
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
  const audit = createAuditLog({ db, pseudonymOf })
  const revocations = createRevocations({
    db: dependencies.controlDb ?? db,
    redis,
    hints,
    pseudonymOf,
    logger,
    metrics,
  })
  const signIns = createSignInsService({ db, revocations, audit })
  const administration = createUserAdministration({
    db,
    reads,
    revocations,
    audit,
    stopTurn: (turn) => turns.stop(turn),
  })
  const { accounts = {} } = dependencies
  const hasMailbox = mode === 'local' && accounts.mailIsSent !== true
  const mails = createAccountMails({
    areSent: hasMailbox || accounts.mailIsSent === true,
    hintOutbox,
  })
  const setUp = createSetUpService({ db, audit })
  const policy = createSignUpPolicy({
    db,
    fallback: accounts.signUp ?? { mode: 'open', domains: [] },
    requireVerifiedEmail: accounts.requireVerifiedEmail ?? accounts.mailIsSent === true,
    isSetUpToken: (token) => setUp.isToken(token),
  })
  const guests = createGuestPolicy({ setting: accounts.guests ?? 'auto', models })
  const signInLimits = createSignInLimits({
    redis,
    exemptLoopback: mode === 'local',
    ...dependencies.limits,
  })
  const identity = createIdentityService({
    db,
    auth,
    users,
    policy,
    mails,
    audit,
    countMail: (email) => signInLimits.countMail(email),
  })
  const providers = new Map(
    (accounts.providers ?? []).map((settings) => {
      const redirectUri = `${publicOrigin}${providerPath(settings.id)}/callback`
      const allowHttp = mode === 'local'
      const protocol = createProviderProtocol({ settings, redirectUri, allowHttp })
      return [settings.id, { settings, protocol }]
    }),
  )
  const describeInstallation = createInstallationDescription({
    mode,
    models,
    redis,
    guests,
    policy,
    sendsMail: mails.areSent,
    hasMailbox,
    signInProviders: [...providers.values()].map(({ settings }) => ({
      id: settings.id,
      name: providerName(settings),
      path: providerPath(settings.id),
    })),
  })
  const welcome = createWelcome({
    tokens,
    cookies,
    describeInstallation,
  })
  const rights = createRightsService({
    db,
    reads,
    storage: dependencies.storage,
    links: createLinkSigner({ secret: dependencies.authSecret, nowMs }),
    revocations,
    audit,
    hintOutbox,
  })
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

  const directory = createKeyDirectory({
    db: dependencies.controlDb ?? db,
    redis,
    hints,
    logger,
    nowMs,
  })
  const calls = createOpenCalls({
    db,
    directory,
    isAlive: () => heartbeat.isAlive(),
    logger,
  })
  const readOrigin = createOriginReader({
    serviceTokens: dependencies.serviceTokens,
    trustedProxyHops: dependencies.trustedProxyHops,
  })
  const app = createHttpApp({
    logger,
    metrics,
    https: secure,
    body: { form: true, limitBytes: BODY_LIMIT_BYTES, isStreamed: readsOwnBody },
    onFailure: failures.onHttpFailure,
    errorFormat: (request) => (isOpenAiPath(request.path) ? 'openai' : 'problem'),
    configure: (routes) => {
      registerDocumentation(routes)
      registerRoutes(routes, {
        publicOrigin,
        checkAnswers: dependencies.checkAnswers,
        readOrigin,
        authenticate: createAuthenticator({ tokens, cookies, identity, revocations }),
        admit: limits.admit,
        handlers: {
          ...sessionRoutes({
            db,
            identity,
            signIns,
            welcome,
            cookies,
            limits: signInLimits,
            guests,
          }),
          ...accountRoutes({
            db,
            reads,
            identity,
            credentials: createCredentialsService({ db, auth, users, signIns, mails, audit }),
            twoFactor: createTwoFactorService({ auth, users }),
            setUp,
            welcome,
            limits: signInLimits,
            audit,
            hasMailbox,
            nameOfProvider: (id) => {
              const settings = providers.get(id)?.settings
              return settings && providerName(settings)
            },
          }),
          ...signUpAdminRoutes({ db, policy, mails, audit, publicOrigin }),
          ...providerSignInRoutes({
            signIns: createProviderSignInService({
              db,
              auth,
              users,
              identity,
              policy,
              administration,
              audit,
              providers,
            }),
            welcome,
            limits: signInLimits,
            publicOrigin,
            cookiePrefix: dependencies.cookiePrefix,
            logger,
          }),
          ...signInRoutes({ signIns, cookies }),
          ...modelRoutes({ models, limits }),
          ...chatRoutes({
            db,
            reads,
            abandonChat: (chat) => turns.abandon(chat),
            audit,
          }),
          ...rightsRoutes({ db, rights, identity, limits: signInLimits, uploads: limits, cookies }),
          ...apiKeyRoutes({
            apiKeys: createApiKeyService({ db, directory, audit, nowMs }),
            nowMs,
          }),
          ...searchRoutes({ reads, nowMs }),
          ...turnRoutes({
            turns,
            admit: (principal) => guests.admit(principal),
            stream: createTurnStreams({
              follower,
              openStreams: turnMetrics.openStreams,
              watchRights: revocations.watch,
              leaving: dependencies.leaving,
            }),
          }),
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
              ...(await describeInstallation(undefined)).degraded,
              ...missingParts(),
            ],
          }),
        },
      })
      registerOpenAiApi(routes, {
        db,
        router,
        calls,
        owner: heartbeat.processId,
        logger,
        readOrigin,
        authenticate: createKeyAuthenticator({
          directory,
          limit: createUnknownKeyLimit({ redis, limit: dependencies.limits?.unknownKeyLimit }),
          uses: createKeyUses({ db, pseudonymOf, audit, logger }),
        }),
        admit: limits.admit,
        models: createModelAccess({
          chat: models,
          embedding: createModelList({
            router: { listModels: () => router.listModels('embedding') },
          }),
          async ofTier(key) {
            const { tier } = await limits.standings.of(callerOf(key))
            return limits.tiers.of(tier).models
          },
        }),
        pseudonymOf,
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
    limits,
    setUp,
    calls,
    announcements,
    async close() {
      revocations.close()
      signingKeys.close()
      directory.close()
      calls.close()
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
