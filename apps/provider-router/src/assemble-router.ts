import type { Lifecycle, Logger, Metrics } from '@brainlyx/service-kit'
import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { observeAttempts } from './account/observe-attempts.ts'
import { observeRouting } from './account/observe-routing.ts'
import { adapterFor } from './adapters/adapter-for.ts'
import { observeConnects } from './adapters/connection/observe-connects.ts'
import { createDeploymentStates } from './admin/deployment-states.ts'
import { wildcardIdOf } from './admin/find-deployment.ts'
import type { Authenticate } from './admit/authenticate.ts'
import { createEmbeddingBatcher } from './batch/embedding-batcher.ts'
import { createBreakers } from './breaker/create-breakers.ts'
import type { CallDependencies } from './call/call-dependencies.ts'
import { createRetryBudget } from './call/retry-budget.ts'
import type { RouteEvent } from './call/route-event.ts'
import type { ChooseDependencies } from './choose/choose-route.ts'
import { createOrders } from './choose/order/create-orders.ts'
import { createRoundTrips } from './choose/order/round-trips.ts'
import { createWarmCaches } from './choose/order/warm-cache.ts'
import type { RouterFile } from './config/router-file.ts'
import type { Coordination } from './coordination/coordination.ts'
import { createCredentialHealth } from './credential/credential-health.ts'
import type { KeyFile } from './credential/key-file.ts'
import { DecisionLog } from './decision/decision-log.ts'
import { createFindDecision } from './decision/find-decision.ts'
import type { AppDependencies } from './http/app-dependencies.ts'
import { embedBatch } from './http/embedding-route.ts'
import type { RoutedEmbeddings, RoutedGroup } from './http/embedding-route.ts'
import { createHedging } from './hedge/hedging.ts'
import { createKeptResponses } from './kept-responses/kept-responses.ts'
import { createAnswerOnce } from './idempotency/answer-once.ts'
import { createImageFitting } from './image/image-fitting.ts'
import { createDeploymentLoads } from './load/create-deployment-loads.ts'
import { startProbes } from './probe/start-probes.ts'
import { createQuotas } from './quota/create-quotas.ts'
import { buildRoutingTable } from './select/routing-table.ts'
import type { RoutingTable } from './select/routing-table.ts'
import { createSharedFlights } from './share/shared-flights.ts'
import { sizeOfEvent } from './share/size-of-event.ts'

export interface RouterParts {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly lifecycle: Lifecycle
  readonly authenticate: Authenticate
  readonly coordination: Coordination
  readonly keyFile: KeyFile
  /** As it is now. */
  readonly file: () => RouterFile
  readonly simulatorUrl: string | undefined
  /** Where this replica runs. */
  readonly region: string | undefined
}

/** Builds one replica of everything that lies between HTTP and the providers. Does no I/O by itself. */
export function assembleRouter(parts: RouterParts): AppDependencies {
  const { logger, metrics, lifecycle, coordination, keyFile, file } = parts
  const nowMs = (): number => performance.now()
  const random = Math.random

  const build = (): RoutingTable =>
    buildRoutingTable({
      file: file(),
      settingsKeys: keyFile.keys,
      simulatorUrl: parts.simulatorUrl,
    })
  let table = build()
  const settings = (): RoutingTable['settings'] => table.settings

  const routing = observeRouting(metrics)
  const breakers = createBreakers({
    settings: () => settings().breaker,
    nowMs,
    random,
    coordination,
    onChange(change) {
      logger[change.to === 'open' ? 'warn' : 'info'](change, 'a breaker has changed')
      routing.breakerChanged(change.deploymentId, change.to)
    },
  })
  lifecycle.register('breakers', () => breakers.close())
  const quotas = createQuotas({ coordination, nowMs, random, logger })
  lifecycle.register('quotas', () => quotas.close())
  const states = createDeploymentStates({
    coordination,
    wildcardOf: (id) => wildcardIdOf(table, id),
  })
  lifecycle.register('deployment states', () => states.close())

  const loads = createDeploymentLoads({ nowMs })
  const health = createCredentialHealth(nowMs)
  const roundTrips = createRoundTrips()
  lifecycle.register(
    'round trips',
    observeConnects(({ origin, roundTripMs }) => {
      for (const { id, baseUrl } of table.providers.values()) {
        if (new URL(baseUrl).origin === origin) roundTrips.note(id, roundTripMs)
      }
    }, nowMs),
  )

  const observe = observeAttempts({ logger, metrics })
  const lastSuccessMs = new Map<string, number>()
  const calls: CallDependencies = {
    health,
    breakers,
    quotas,
    loads,
    retryBudget: createRetryBudget(() => settings().retryBudget, nowMs),
    hedging: createHedging(() => settings().hedgeRatio),
    images: createImageFitting({ logger, isOn: () => settings().fitImages }),
    observe: (candidate, end, error) => {
      if (end.outcome === 'completed') lastSuccessMs.set(candidate.deployment.provider.id, nowMs())
      observe(candidate, end, error)
    },
    routing,
    nowMs,
    random,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    newAttemptId: () => randomUUIDv7(),
  }
  const choosing: ChooseDependencies = {
    orders: createOrders(),
    warmCaches: createWarmCaches({ nowMs }),
    health,
    breakers,
    quotas,
    loads,
    states,
    replicaRegion: parts.region,
    measuredRoundTripMs: (id) => roundTrips.measuredRoundTripMs(id),
    random,
  }
  const decisions = new DecisionLog(coordination.replicaId)
  const dependencies: AppDependencies = {
    logger,
    metrics,
    authenticate: parts.authenticate,
    adapterFor,
    calls,
    choosing,
    flights: createSharedFlights<RouteEvent>({ sizeOf: sizeOfEvent }),
    batcher: createEmbeddingBatcher<RoutedGroup, RoutedEmbeddings>({
      send: (batch) => embedBatch(batch, dependencies),
      windowMs: () => settings().embeddingBatchMs,
      setTimer,
    }),
    answerOnce: createAnswerOnce({ coordination, logger }),
    keptResponses: createKeptResponses({
      coordination,
      logger,
      keptMs: () => settings().keepResponsesHours * 3_600_000,
    }),
    decisions,
    findDecision: createFindDecision(decisions, coordination),
    states,
    keyFile,
    table: () => table,
    rebuild: () => {
      table = build()
      probes.follow()
    },
  }
  const probes = startProbes({
    table: () => table,
    adapterFor,
    nowMs,
    random,
    setTimer,
    lastSuccessMs: (id) => lastSuccessMs.get(id),
    note(providerId, { ok, durationMs }) {
      logger[ok ? 'debug' : 'warn']({ provider: providerId, ok, durationMs }, 'probe')
      if (ok) return
      // A provider that is away is away for all that it serves.
      for (const { id, provider } of table.deployments.values()) {
        if (provider.id === providerId) breakers.admit(id, true)?.settle('failure')
      }
    },
  })
  lifecycle.register('probes', () => probes.close())
  return dependencies
}

function setTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms)
  return () => clearTimeout(timer)
}
