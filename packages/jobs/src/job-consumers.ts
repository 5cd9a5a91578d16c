import { UnrecoverableError, Worker } from 'bullmq'
import type { Job } from 'bullmq'
import type { Redis } from 'ioredis'
import { jobCatalogue, jobNames } from './job-catalogue.ts'
import type { JobName } from './job-catalogue.ts'
import { JobEnvelope } from './job-envelope.ts'
import { assertHandlersComplete } from './job-handlers.ts'
import type { JobHandlers, JobRun } from './job-handlers.ts'
import { queueName } from './queue-name.ts'

/** How an attempt at a job ended. `retried`: it failed, and will be tried again. */
export interface JobReport {
  readonly name: JobName
  readonly jobId: string
  readonly attempt: number
  readonly outcome: 'completed' | 'retried' | 'failed'
  readonly durationMs: number
  readonly error?: unknown
}

export interface JobConsumersOptions {
  /** Connected with `consumerRedisOptions`; blocking reads get connections of their own. Stays the caller's to close. */
  redis: Redis
  handlers: JobHandlers
  /** Runs an attempt within the trace that the job was made in. */
  runWithTrace: <T>(traceparent: string | undefined, run: () => T) => T
  /** Called within the job's trace. */
  onAttempt: (report: JobReport) => void
  /** Redis is away, or has come back with an error; consumers go on by themselves. */
  onError: (error: Error) => void
}

export interface JobConsumers {
  /** Takes no more jobs and waits for the running ones; not while Redis is away, since none could report its end. */
  close(): Promise<void>
}

/**
 * A job whose worker died is given to another after 9 to 18 s (measured; BullMQ's defaults of 30 s took 58 to 88).
 */
const LOCK_DURATION_MS = 10_000
const STALLED_INTERVAL_MS = 5_000
/** How long a consumer may sleep past a job whose wake-up was lost. BullMQ's default of 5 s is felt by who waits for a title. */
const DRAIN_DELAY_SECONDS = 1
const STALLED_LIMIT = 3

/** Works through every queue of the catalogue. @throws where a handler is missing or has no job */
export function createJobConsumers(options: JobConsumersOptions): JobConsumers {
  assertHandlersComplete(options.handlers)
  const workers = jobNames.map((name) => createWorker(name, options))
  return {
    async close() {
      const redisIsAway = options.redis.status !== 'ready'
      await Promise.all(workers.map((worker) => worker.close(redisIsAway)))
    },
  }
}

function createWorker(name: JobName, options: JobConsumersOptions): Worker<unknown> {
  const worker = new Worker<unknown>(queueName(name), (job) => runAttempt(name, job, options), {
    connection: options.redis,
    concurrency: jobCatalogue[name].concurrency,
    lockDuration: LOCK_DURATION_MS,
    stalledInterval: STALLED_INTERVAL_MS,
    drainDelay: DRAIN_DELAY_SECONDS,
    maxStalledCount: STALLED_LIMIT,
  })
  worker.on('error', options.onError)
  return worker
}

async function runAttempt(
  name: JobName,
  job: Job<unknown>,
  options: JobConsumersOptions,
): Promise<void> {
  const envelope = JobEnvelope.safeParse(job.data)
  await options.runWithTrace(envelope.data?.traceparent, async () => {
    const startedAt = performance.now()
    const attempt = job.attemptsMade + 1
    const isLastAttempt = attempt >= (job.opts.attempts ?? 1)
    const report = (outcome: JobReport['outcome'], error?: unknown): void =>
      options.onAttempt({
        name,
        jobId: job.id ?? '',
        attempt,
        outcome,
        durationMs: performance.now() - startedAt,
        ...(error === undefined ? {} : { error }),
      })
    try {
      const payload = jobCatalogue[name].payload.safeParse(envelope.data?.payload)
      if (!payload.success) throw new UnrecoverableError(`not a payload of ${name}`)
      const run: JobRun<unknown> = {
        payload: payload.data,
        jobId: job.id ?? '',
        attempt,
        isLastAttempt,
      }
      // The catalogue pairs a name's payload with its handler; TypeScript loses that over a union of names.
      await (options.handlers[name] as (run: JobRun<unknown>) => Promise<void>)(run)
      report('completed')
    } catch (error) {
      const final = isLastAttempt || error instanceof UnrecoverableError
      report(final ? 'failed' : 'retried', error)
      throw error
    }
  })
}
