import { AsyncLocalStorage } from 'node:async_hooks'
import { createTestRedis, eventually } from '@brainlyx/testkit'
import type { TestRedis } from '@brainlyx/testkit'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { jobNames } from './job-catalogue.ts'
import { createJobConsumers } from './job-consumers.ts'
import type { JobConsumers, JobReport } from './job-consumers.ts'
import type { JobHandlers } from './job-handlers.ts'
import { createJobProducer } from './job-producer.ts'
import type { JobProducer } from './job-producer.ts'
import { consumerRedisOptions, producerRedisOptions } from './job-redis-options.ts'
import { queueName } from './queue-name.ts'

const traces = new AsyncLocalStorage<string | undefined>()
const payload = {
  chatId: '01a20a52-6312-766f-8400-ac4c6272b674',
  userId: '01a20a52-6312-766f-8400-ac4c6272b675',
  turnId: '01a20a52-6312-766f-8400-ac4c6272b676',
}

let redis: TestRedis
let connections: Redis[]
let producer: JobProducer
let consumers: JobConsumers[]
let reports: (JobReport & { trace: string | undefined })[]
let errors: Error[]

beforeEach(async () => {
  redis = await createTestRedis()
  connections = [new Redis(redis.url, { ...producerRedisOptions, enableOfflineQueue: true })]
  producer = createJobProducer({ redis: connections[0]! })
  consumers = []
  reports = []
  errors = []
})

afterEach(async () => {
  await Promise.all(consumers.map((each) => each.close()))
  await producer.close()
  for (const connection of connections) connection.disconnect()
  await redis.close()
})

test('a job runs with its payload, within the trace it was made in', async () => {
  const seen: unknown[] = []
  consume({ 'chat-title': async (run) => void seen.push(run) })
  await producer.enqueue('chat-title', payload, { jobId: 'one', traceparent: 'the-trace' })
  await eventually(() => expect(reports).toHaveLength(1))
  expect(seen).toEqual([{ payload, jobId: 'one', attempt: 1, isLastAttempt: false }])
  expect(reports).toMatchObject([
    { name: 'chat-title', jobId: 'one', outcome: 'completed', trace: 'the-trace' },
  ])
  expect(errors).toEqual([])
})

test('the same id again runs nothing, also when the first has completed', async () => {
  let runs = 0
  consume({ 'chat-title': async () => void runs++ })
  await producer.enqueue('chat-title', payload, { jobId: 'same' })
  await producer.enqueue('chat-title', payload, { jobId: 'same' })
  await eventually(() => expect(reports).toHaveLength(1))
  await producer.enqueue('chat-title', payload, { jobId: 'same' })
  await producer.enqueue('chat-title', payload, { jobId: 'other' })
  await eventually(() => expect(reports).toHaveLength(2))
  expect(runs).toBe(2)
})

test('a job that fails is tried again, and knows its last attempt', async () => {
  const attempts: boolean[] = []
  consume({
    'chat-title': async (run) => {
      attempts.push(run.isLastAttempt)
      throw new Error('not yet')
    },
  })
  await enqueueWithAttempts(2)
  await eventually(() => expect(reports).toHaveLength(2))
  expect(attempts).toEqual([false, true])
  expect(reports.map((report) => report.outcome)).toEqual(['retried', 'failed'])
  expect((await producer.depth('chat-title')).failed).toBe(1)
})

test('a payload that is not the job’s is refused when it is made and never retried when it is run', async () => {
  await expect(
    producer.enqueue('chat-title', { ...payload, chatId: 'x' }, { jobId: 'bad' }),
  ).rejects.toThrow(/chatId/)
  let runs = 0
  consume({ 'chat-title': async () => void runs++ })
  await enqueueWithAttempts(5, { payload: { chatId: 'x' } })
  await eventually(() => expect(reports).toHaveLength(1))
  expect(reports[0]).toMatchObject({ outcome: 'failed', attempt: 1 })
  expect(runs).toBe(0)
})

test('the job of who goes first is done first, and nobody’s before all', async () => {
  const order: string[] = []
  for (const [jobId, priority] of [
    ['guest', 1],
    ['free', 2],
    ['enterprise', 8],
    ['ours', undefined],
  ] as const)
    await producer.enqueue('import', { requestId: payload.chatId }, { jobId, priority })
  expect((await producer.depth('import')).waiting).toBe(4)
  consume({ import: async ({ jobId }) => void order.push(jobId) })
  await eventually(() => expect(order).toEqual(['ours', 'enterprise', 'free', 'guest']))
})

test('scheduled jobs run by themselves, once for any number of processes', async () => {
  let runs = 0
  consume({ 'partitions-ahead': async () => void runs++ })
  consume({ 'partitions-ahead': async () => void runs++ })
  await producer.schedule()
  await producer.schedule()
  await eventually(() =>
    expect(reports.filter((report) => report.name === 'partitions-ahead')).toHaveLength(1),
  )
  expect(runs).toBe(1)
})

test('closing waits for the job that runs', async () => {
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  let started = false
  const own = consume({
    'chat-title': async () => {
      started = true
      await finished
    },
  })
  await producer.enqueue('chat-title', payload, { jobId: 'slow' })
  await eventually(() => expect(started).toBe(true))
  let closed = false
  const closing = own.close().then(() => (closed = true))
  // A round trip to Redis later it still waits.
  await producer.depth('chat-title')
  expect(closed).toBe(false)
  finish()
  await closing
  await producer.enqueue('chat-title', payload, { jobId: 'next' })
  expect(reports.map((report) => report.jobId)).toEqual(['slow'])
  expect((await producer.depth('chat-title')).waiting).toBe(1)
})

test('every job of a user is forgotten, whether it waits, has ended or has failed', async () => {
  const other = { ...payload, userId: '01a20a52-6312-766f-8400-ac4c6272b699' }
  const gate = Promise.withResolvers<void>()
  let started = 0
  consume({
    'chat-title': async ({ payload: { userId }, jobId }) => {
      started++
      if (jobId === 'running') await gate.promise
      if (jobId === 'failing' && userId === payload.userId) throw new Error('no')
    },
  })
  await producer.enqueue('chat-title', payload, { jobId: 'ended' })
  await producer.enqueue('chat-title', other, { jobId: 'other' })
  await producer.enqueue('chat-title', payload, { jobId: 'failing' })
  await eventually(() => expect(reports).toHaveLength(3))
  await producer.enqueue('chat-title', payload, { jobId: 'running' })
  await eventually(() => expect(started).toBe(4))
  expect(await producer.forgetUsers(new Set([payload.userId]))).toBe(1)
  gate.resolve()
  await eventually(() => expect(reports).toHaveLength(4))
  expect(await producer.forgetUsers(new Set([payload.userId]))).toBe(0)
  expect(await redis.client.exists('bull:brainlyx-chat-title:other')).toBe(1)
  for (const id of ['ended', 'failing', 'running']) {
    expect(await redis.client.exists(`bull:brainlyx-chat-title:${id}`)).toBe(0)
  }
})

test('without Redis a producer fails within its time limit instead of waiting', async () => {
  const away = new Redis({ ...producerRedisOptions, host: '127.0.0.1', port: 1 })
  away.on('error', () => undefined)
  connections.push(away)
  const lonely = createJobProducer({ redis: away })
  const startedAt = performance.now()
  await expect(lonely.enqueue('chat-title', payload, { jobId: 'one' })).rejects.toThrow()
  expect(performance.now() - startedAt).toBeLessThan(3_000)
})

test('without Redis consumers can be closed all the same', async () => {
  const away = new Redis({ ...consumerRedisOptions, host: '127.0.0.1', port: 1 })
  connections.push(away)
  const failures: Error[] = []
  away.on('error', (error) => failures.push(error))
  const own = createJobConsumers({
    redis: away,
    handlers: handlers({}),
    runWithTrace: (_trace, run) => run(),
    onAttempt: () => undefined,
    onError: () => undefined,
  })
  await eventually(() => expect(failures.length).toBeGreaterThan(1))
  await own.close()
})

test('consumers do not start with a job without a handler or a handler without a job', () => {
  const { housekeeping: _, ...rest } = handlers({})
  const wrong = { ...rest, 'make-coffee': async () => undefined } as unknown as JobHandlers
  expect(() =>
    createJobConsumers({
      redis: redis.client,
      handlers: wrong,
      runWithTrace: (_trace, run) => run(),
      onAttempt: () => undefined,
      onError: () => undefined,
    }),
  ).toThrow(
    'The jobs are not usable: the job housekeeping has no handler; the handler make-coffee has no job.',
  )
})

function handlers(some: Partial<JobHandlers>): JobHandlers {
  const nothing = async (): Promise<void> => undefined
  const all = Object.fromEntries(jobNames.map((name) => [name, nothing])) as unknown as JobHandlers
  return { ...all, ...some }
}

function consume(some: Partial<JobHandlers>): JobConsumers {
  const connection = new Redis(redis.url, consumerRedisOptions)
  connections.push(connection)
  const own = createJobConsumers({
    redis: connection,
    handlers: handlers(some),
    runWithTrace: (traceparent, run) => traces.run(traceparent, run),
    onAttempt: (report) => reports.push({ ...report, trace: traces.getStore() }),
    onError: (error) => errors.push(error),
  })
  consumers.push(own)
  return own
}

/** As the producer does, but with a number of attempts and a pause that suit a test. */
async function enqueueWithAttempts(attempts: number, data: unknown = { payload }): Promise<void> {
  const queue = new Queue(queueName('chat-title'), { connection: connections[0]! })
  await queue.add('chat-title', data, { attempts, backoff: 10 })
  await queue.close()
}
