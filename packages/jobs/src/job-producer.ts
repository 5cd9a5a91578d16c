import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { jobCatalogue, jobNames } from './job-catalogue.ts'
import type { JobName, JobPayload } from './job-catalogue.ts'
import type { JobEnvelope } from './job-envelope.ts'
import { queueName } from './queue-name.ts'

export interface QueueDepth {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly failed: number
}

export interface JobProducer {
  /**
   * Puts a job into its queue.
   * @param options.jobId the same id again adds nothing, as long as Redis remembers the first
   * @param options.priority 0 to 9; 9 goes first, and what has none before all of them
   * @throws a ZodError where the payload is not the job's; what ioredis says where Redis is away
   */
  enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    options: { jobId: string; traceparent?: string | undefined; priority?: number | undefined },
  ): Promise<void>
  /** Sets up the jobs that run by themselves; any number of processes may do so. */
  schedule(): Promise<void>
  depth(name: JobName): Promise<QueueDepth>
  /**
   * Forgets every job whose payload names one of `userIds`, whether it waits, has ended or has failed.
   * @returns how many are running at this moment and are still there
   */
  forgetUsers(userIds: ReadonlySet<string>): Promise<number>
  close(): Promise<void>
}

const HIGHEST_PRIORITY = 9
/** A job that is done for one user. */
const UsersJob = z.object({ payload: z.object({ userId: z.string() }) })
/** How many jobs of a queue are looked at in one go. */
const FORGET_BATCH = 500
/** Every state that a job can be in. */
const JOB_STATES = [
  'active',
  'completed',
  'delayed',
  'failed',
  'prioritized',
  'wait',
  'waiting-children',
] as const

/** Finished jobs are kept for a while: their ids make a repeated delivery harmless, failed ones can be looked at. */
const KEEP_COMPLETED = { age: 60 * 60, count: 5_000 }
const KEEP_FAILED = { age: 7 * 24 * 60 * 60, count: 5_000 }

/** @param options.redis connected with `producerRedisOptions`; stays the caller's to close */
export function createJobProducer(options: {
  redis: Redis
  onError?: (error: Error) => void
}): JobProducer {
  const queues = new Map<JobName, Queue<JobEnvelope>>()

  function queueOf(name: JobName): Queue<JobEnvelope> {
    let queue = queues.get(name)
    if (queue === undefined) {
      queue = new Queue<JobEnvelope>(queueName(name), {
        connection: options.redis,
        defaultJobOptions: retention(name),
        skipWaitingForReady: true,
      })
      queue.on('error', (error) => options.onError?.(error))
      queues.set(name, queue)
    }
    return queue
  }

  return {
    async enqueue(name, payload, { jobId, traceparent, priority }) {
      const checked = jobCatalogue[name].payload.parse(payload)
      await queueOf(name).add(name, envelope(checked, traceparent), {
        jobId,
        // BullMQ's 1 goes first, after what has none.
        ...(priority === undefined ? {} : { priority: HIGHEST_PRIORITY + 1 - priority }),
      })
    },
    async schedule() {
      for (const name of jobNames) {
        const { everyMs } = jobCatalogue[name]
        if (everyMs === undefined) continue
        const template = { name, data: envelope({}), opts: retention(name) }
        await queueOf(name).upsertJobScheduler(name, { every: everyMs }, template)
      }
    },
    async depth(name) {
      const counts = await queueOf(name).getJobCounts(
        'wait',
        'prioritized',
        'active',
        'delayed',
        'failed',
      )
      const count = (state: string): number => counts[state] ?? 0
      return {
        waiting: count('wait') + count('prioritized'),
        active: count('active'),
        delayed: count('delayed'),
        failed: count('failed'),
      }
    },
    async forgetUsers(userIds) {
      let running = 0
      for (const name of jobNames) {
        for (const state of JOB_STATES) running += await forget(queueOf(name), state, userIds)
      }
      return running
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()))
    },
  }
}

async function forget(
  queue: Queue<JobEnvelope>,
  state: (typeof JOB_STATES)[number],
  userIds: ReadonlySet<string>,
): Promise<number> {
  let kept = 0
  for (let start = 0; ;) {
    const jobs = await queue.getJobs([state], start, start + FORGET_BATCH - 1)
    if (jobs.length === 0) return kept
    for (const job of jobs) {
      // One that was removed since it was listed comes as nothing.
      const { data } = UsersJob.safeParse((job as typeof job | undefined)?.data)
      if (data === undefined || !userIds.has(data.payload.userId)) start++
      // One that a worker has taken meanwhile cannot be removed.
      else if (
        await job.remove().then(
          () => true,
          () => false,
        )
      )
        continue
      else {
        start++
        kept++
      }
    }
  }
}

function envelope(payload: unknown, traceparent?: string): JobEnvelope {
  return traceparent === undefined ? { payload } : { payload, traceparent }
}

function retention(name: JobName) {
  const { attempts, backoffMs } = jobCatalogue[name]
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
    removeOnComplete: KEEP_COMPLETED,
    removeOnFail: KEEP_FAILED,
  }
}
