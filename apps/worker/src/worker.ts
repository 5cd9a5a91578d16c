import { createReads, ensurePartitions, pingDatabase } from '@brainlyx/db'
import type { Database, Pseudonymizer, Reads } from '@brainlyx/db'
import { OUTBOX_HINT_CHANNEL, createJobConsumers, createJobProducer } from '@brainlyx/jobs'
import type { JobReport } from '@brainlyx/jobs'
import { runWithTrace } from '@brainlyx/service-kit'
import type { Lifecycle, Logger, Metrics, Readiness } from '@brainlyx/service-kit'
import type { FileStorage } from '@brainlyx/storage'
import {
  createAnswerPlaces,
  createPlaceKeeper,
  createTurnEngine,
  observeTogether,
} from '@brainlyx/turn-engine'
import type { Heartbeat, Hints, RouterClient, TurnLog } from '@brainlyx/turn-engine'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import { createBudgetAlertJob } from './budget/budget-alert.job.ts'
import { createBudgetMetrics } from './budget/budget-metrics.ts'
import { watchInstallation } from './budget/watch-installation.ts'
import { createAccountDeletionJob } from './deletion/account-deletion.job.ts'
import { createChatsDeletionJob } from './deletion/chats-deletion.job.ts'
import { createExportJob } from './export/export.job.ts'
import { createImportJob } from './import/import.job.ts'
import { startFailureLog } from './failure/note-failures.ts'
import { createHousekeepingJob } from './jobs/housekeeping.job.ts'
import { createPackMonthJob } from './jobs/pack-month.job.ts'
import { createPartitionsAheadJob } from './jobs/partitions-ahead.job.ts'
import { createRetentionJob } from './jobs/retention.job.ts'
import { createTitleJob } from './jobs/title.job.ts'
import { startLoop } from './loop/loop.ts'
import { untilDone } from './loop/until-done.ts'
import { createMailJob } from './mail/mail.job.ts'
import type { MailCarrier } from './mail/mail-carrier.ts'
import { startServerStatistics } from './metrics/server-statistics.ts'
import { createWorkerMetrics } from './metrics/worker-metrics.ts'
import { deliverOutbox } from './outbox/deliver-outbox.ts'
import { createKnownModels } from './recovery/known-models.ts'
import { recoverTurns } from './recovery/recover-turns.ts'
import { settleLostCalls } from './recovery/settle-lost-calls.ts'

export interface WorkerDependencies {
  readonly lifecycle: Lifecycle
  readonly logger: Logger
  readonly metrics: Metrics
  readonly db: Kysely<Database>
  /** For jobs that take long over a statement. Default: `db` */
  readonly batchDb?: Kysely<Database>
  /** Knows of the replicas. Default: there are none. */
  readonly reads?: Reads
  /** Of the role that owns the tables, for dropping months that are empty. Absent: they stay. */
  readonly ownerUrl?: string | undefined
  /** Fails fast; for putting jobs into queues. */
  readonly producerRedis: Redis
  /** Waits for Redis; for taking jobs out. */
  readonly consumerRedis: Redis
  readonly hints: Hints
  readonly log: TurnLog
  readonly router: RouterClient
  readonly heartbeat: Heartbeat
  readonly storage: FileStorage
  readonly pseudonymOf: Pseudonymizer
  /** Absent: this installation sends no mail. */
  readonly mail?: MailCarrier | undefined
  /** What people type; links in mails begin with it. */
  readonly publicOrigin: string
  /** So long after its shutdown begins the worker leaves what it still runs to others. */
  readonly handOverAfterMs: number
}

/** Also heals lost hints. */
const OUTBOX_POLL_MS = 1_000
/** Where many turns end at once several of their messages are delivered together. */
const OUTBOX_APART_MS = 100
const RECOVERY_POLL_MS = 1_000
const MODELS_POLL_MS = 60_000
const BUDGET_POLL_MS = 30_000
const SCHEDULE_RETRY_MS = 5_000

/** Starts everything that the worker does; each part stops with the lifecycle, last started first. */
export async function startWorker(
  dependencies: WorkerDependencies,
): Promise<{ readiness: () => Promise<Readiness> }> {
  const { lifecycle, logger, metrics, db, hints, heartbeat, router } = dependencies
  const { batchDb = db, reads = createReads({ primary: db }) } = dependencies
  const producer = createJobProducer({
    redis: dependencies.producerRedis,
    onError: (error) => logger.debug({ err: error }, 'queue connection'),
  })
  lifecycle.register('job producer', () => producer.close())
  const workerMetrics = createWorkerMetrics({ metrics, producer, db })

  startServerStatistics({ lifecycle, logger, metrics, db: batchDb })

  await ensurePartitions(db, new Date())

  const knownModels = createKnownModels(router)
  const asking = startLoop({
    everyMs: MODELS_POLL_MS,
    round: async () => {
      await knownModels.refresh()
      return false
    },
    onError: (error) => logger.debug({ err: error }, 'could not ask for the models'),
  })
  lifecycle.register('known models', () => asking.stop())

  const places = createPlaceKeeper({ redis: dependencies.producerRedis })
  lifecycle.register('places', () => places.close())
  const answerPlaces = createAnswerPlaces({ store: places, pseudonymOf: dependencies.pseudonymOf })

  const engine = createTurnEngine({
    db,
    log: dependencies.log,
    hints,
    router,
    logger,
    owner: heartbeat.processId,
    isAlive: () => heartbeat.isAlive(),
    contextTokensOf: (model) => knownModels.contextTokensOf(model),
    priceOf: (model) => knownModels.priceOf(model),
    hintOutbox: () => outbox.wake(),
    noteWrite: (userId) => reads.noteWrite(userId),
    observer: {
      ...observeTogether(workerMetrics.turnObserver, answerPlaces.observer),
      failed: startFailureLog(dependencies),
    },
    nowMs: () => performance.now(),
  })
  lifecycle.register('turn engine', async () => {
    await engine.idle()
    engine.close()
  })
  // Turns may end by themselves until shortly before the deadline; what still runs then goes on elsewhere.
  lifecycle.stopping.addEventListener('abort', () => {
    engine.drain()
    setTimeout(() => engine.handOver(), dependencies.handOverAfterMs).unref()
  })

  const recovery = startLoop({
    everyMs: RECOVERY_POLL_MS,
    round: () =>
      recoverTurns({
        db,
        engine,
        logger,
        owner: heartbeat.processId,
        isAlive: () => heartbeat.isAlive() && !lifecycle.stopping.aborted,
        onRecovered: () => workerMetrics.countRecovered(),
      }),
    onError: (error) => logger.error({ err: error }, 'could not look for turns to recover'),
  })
  lifecycle.register('recovery', () => recovery.stop())

  const lostCalls = startLoop({
    everyMs: RECOVERY_POLL_MS,
    round: () =>
      settleLostCalls({
        db,
        logger,
        isAlive: () => heartbeat.isAlive() && !lifecycle.stopping.aborted,
      }),
    onError: (error) => logger.error({ err: error }, 'could not look for lost calls'),
  })
  lifecycle.register('lost calls', () => lostCalls.stop())

  const outbox = startLoop({
    everyMs: OUTBOX_POLL_MS,
    apartMs: OUTBOX_APART_MS,
    round: async () => {
      const { taken, more } = await deliverOutbox({ db, producer, logger })
      workerMetrics.countDelivered(taken)
      return more
    },
    onError: (error) => logger.warn({ err: error }, 'could not deliver the outbox'),
  })
  lifecycle.register('outbox', () => outbox.stop())
  const stopListening = hints.listen(OUTBOX_HINT_CHANNEL, () => outbox.wake())
  lifecycle.register('outbox hints', stopListening)

  const budgetMetrics = createBudgetMetrics(metrics)
  const budgetWatch = startLoop({
    everyMs: BUDGET_POLL_MS,
    round: async () => {
      const now = (): Date => new Date()
      await watchInstallation({ db, metrics: budgetMetrics, now, hintOutbox: () => outbox.wake() })
      return false
    },
    onError: (error) => logger.warn({ err: error }, 'could not add up what was spent'),
  })
  lifecycle.register('budget watch', () => budgetWatch.stop())

  const deletion = { ...dependencies, reads, engine, producer, redis: dependencies.producerRedis }
  const consumers = createJobConsumers({
    redis: dependencies.consumerRedis,
    handlers: {
      'chat-title': createTitleJob({ ...dependencies, stopping: lifecycle.stopping }),
      'budget-alert': createBudgetAlertJob({
        db,
        logger,
        metrics: budgetMetrics,
        sendsMail: dependencies.mail !== undefined,
        hintOutbox: () => outbox.wake(),
      }),
      'partitions-ahead': createPartitionsAheadJob({ db: batchDb, logger, now: () => new Date() }),
      retention: createRetentionJob({
        db: batchDb,
        logger,
        now: () => new Date(),
        ownerUrl: dependencies.ownerUrl,
        stopping: lifecycle.stopping,
      }),
      'pack-month': createPackMonthJob({
        logger,
        now: () => new Date(),
        ownerUrl: dependencies.ownerUrl,
        stopping: lifecycle.stopping,
      }),
      housekeeping: createHousekeepingJob(dependencies),
      mail: createMailJob({ ...dependencies, mail: dependencies.mail }),
      export: createExportJob({
        ...dependencies,
        reads,
        now: () => new Date(),
        stopping: lifecycle.stopping,
      }),
      import: createImportJob({ ...dependencies, reads, stopping: lifecycle.stopping }),
      'chats-deletion': createChatsDeletionJob(deletion),
      'account-deletion': createAccountDeletionJob(deletion),
    },
    runWithTrace,
    onAttempt: (report) => {
      workerMetrics.observeAttempt(report)
      logAttempt(logger, report)
    },
    onError: (error) => logger.debug({ err: error }, 'job connection'),
  })
  lifecycle.register('job consumers', () => consumers.close())

  const scheduling = untilDone({
    run: () => producer.schedule(),
    pauseMs: SCHEDULE_RETRY_MS,
    signal: lifecycle.stopping,
    onError: (error) => logger.warn({ err: error }, 'could not schedule jobs yet'),
  })
  lifecycle.register('scheduling', () => scheduling)

  return { readiness: () => readinessOf(dependencies, reads) }
}

/** Without Redis the worker still recovers turns, so it is degraded; without the database it can do nothing. */
async function readinessOf(
  { db, producerRedis }: WorkerDependencies,
  reads: Reads,
): Promise<Readiness> {
  const ready = await pingDatabase(db).then(
    () => true,
    () => false,
  )
  const degraded = [
    ...(ready ? [] : ['database']),
    ...(producerRedis.status === 'ready' ? [] : ['redis']),
    ...(reads.missingReplicas.length === 0 ? [] : ['postgres-replica']),
  ]
  return { ready, degraded }
}

function logAttempt(logger: Logger, report: JobReport): void {
  const { error, durationMs, ...rest } = report
  const line = { ...rest, durationMs: Math.round(durationMs) }
  if (error === undefined) logger.info(line, 'job')
  else logger.warn({ ...line, err: error }, 'job')
}
