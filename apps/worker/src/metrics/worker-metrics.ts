import { countUndelivered, monthsAhead } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import { jobNames } from '@brainlyx/jobs'
import type { JobProducer, JobReport } from '@brainlyx/jobs'
import type { Metrics } from '@brainlyx/service-kit'
import type { TurnObserver } from '@brainlyx/turn-engine'
import type { Kysely } from 'kysely'
import { Counter, Gauge, Histogram } from 'prom-client'

export interface WorkerMetrics {
  observeAttempt(report: JobReport): void
  countRecovered(): void
  countDelivered(messages: number): void
  readonly turnObserver: TurnObserver
}

/**
 * Durations of jobs by outcome, depths of queues and outbox and months made ahead as they are when asked for, recovered
 * turns.
 */
export function createWorkerMetrics(dependencies: {
  metrics: Metrics
  producer: JobProducer
  db: Kysely<Database>
}): WorkerMetrics {
  const { producer, db } = dependencies
  const { registry } = dependencies.metrics
  const registers = [registry]
  const durations = new Histogram({
    name: 'job_duration_seconds',
    help: 'Duration of a job’s attempt',
    labelNames: ['job', 'outcome'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30],
    registers,
  })
  const recovered = new Counter({
    name: 'turns_recovered_total',
    help: 'Turns that nobody produced any more and that were taken over here',
    registers,
  })
  const ended = new Counter({
    name: 'turns_ended_total',
    help: 'Turns that ended here',
    labelNames: ['outcome'],
    registers,
  })
  const delivered = new Counter({
    name: 'outbox_delivered_total',
    help: 'Outbox messages that became jobs here',
    registers,
  })
  const queueDepth = new Gauge({
    name: 'queue_depth',
    help: 'Jobs by state; absent while Redis is away',
    labelNames: ['job', 'state'],
    registers: [],
    async collect() {
      this.reset()
      await Promise.all(
        jobNames.map(async (job) => {
          const depth = await producer.depth(job).catch(() => ({}))
          for (const [state, count] of Object.entries(depth)) this.set({ job, state }, count)
        }),
      )
    },
  })
  const undelivered = new Gauge({
    name: 'outbox_undelivered',
    help: 'Outbox messages that wait; absent while the database is away',
    registers: [],
    async collect() {
      this.reset()
      const count = await countUndelivered(db).catch(() => undefined)
      if (count !== undefined) this.set(count)
    },
  })
  const partitionsAhead = new Gauge({
    name: 'partition_months_ahead',
    help: 'Months after this one that a table has partitions for; -1 without one for this month; absent while the database is away',
    labelNames: ['table'],
    registers: [],
    async collect() {
      this.reset()
      const tables = await monthsAhead(db, new Date()).catch(() => new Map<string, number>())
      for (const [table, months] of tables) this.set({ table }, months)
    },
  })
  for (const gauge of [queueDepth, undelivered, partitionsAhead]) registry.registerMetric(gauge)
  return {
    observeAttempt: ({ name, outcome, durationMs }) =>
      durations.observe({ job: name, outcome }, durationMs / 1000),
    countRecovered: () => recovered.inc(),
    countDelivered: (messages) => delivered.inc(messages),
    turnObserver: {
      started: () => {},
      stored: () => {},
      firstToken: () => {},
      ended: (outcome) => ended.inc({ outcome }),
    },
  }
}
