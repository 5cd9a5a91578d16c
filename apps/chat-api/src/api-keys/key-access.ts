import type { Database, Pseudonymizer } from '@brainlyx/db'
import type { Logger } from '@brainlyx/service-kit'
import type { Hints, RouterClient } from '@brainlyx/turn-engine'
import type { Express } from 'express'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Limit } from '../limits/attempts.ts'
import type { Limits } from '../limits/limits.ts'
import { createModelList } from '../model/model-list.ts'
import type { ModelList } from '../model/model-list.ts'
import { createModelAccess } from '../openai-api/model-access.ts'
import { createOpenCalls } from '../openai-api/open-calls.ts'
import { callerOf, registerOpenAiApi } from '../openai-api/openai-api.routes.ts'
import type { OpenAiApiDependencies } from '../openai-api/openai-api.routes.ts'
import { apiKeyRoutes } from './api-key.routes.ts'
import { createApiKeyService } from './api-key.service.ts'
import { createKeyAuthenticator } from './authenticate-key.ts'
import { createKeyDirectory } from './key-directory.ts'
import { createKeyUses } from './key-uses.ts'
import { createUnknownKeyLimit } from './unknown-key-limit.ts'

/** API keys, and the API under `/v1` that nothing else opens. */
export function createKeyAccess(dependencies: {
  db: Kysely<Database>
  controlDb: Kysely<Database>
  redis: Redis
  hints: Hints
  router: RouterClient
  models: ModelList
  limits: Limits
  unknownKeyLimit: Limit | undefined
  readOrigin: OpenAiApiDependencies['readOrigin']
  heartbeat: { processId: string; isAlive: () => boolean }
  pseudonymOf: Pseudonymizer
  audit: AuditLog
  logger: Logger
  nowMs: () => number
}) {
  const { db, controlDb, redis, hints, router, models, limits, heartbeat } = dependencies
  const { readOrigin, pseudonymOf, audit, logger, nowMs } = dependencies
  const directory = createKeyDirectory({ db: controlDb, redis, hints, logger, nowMs })
  const isAlive = (): boolean => heartbeat.isAlive()
  const calls = createOpenCalls({ db, directory, isAlive, logger })
  return {
    /** What keys are calling. */
    calls,
    handlers: apiKeyRoutes({
      apiKeys: createApiKeyService({ db, directory, audit, nowMs }),
      nowMs,
    }),
    /** Adds the API under `/v1`. */
    register(routes: Express): void {
      registerOpenAiApi(routes, {
        db,
        router,
        calls,
        owner: heartbeat.processId,
        logger,
        readOrigin,
        authenticate: createKeyAuthenticator({
          directory,
          limit: createUnknownKeyLimit({ redis, limit: dependencies.unknownKeyLimit }),
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
    },
    close(): void {
      directory.close()
      calls.close()
    },
  }
}
