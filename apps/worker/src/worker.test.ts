import { addToOutbox, beat, createDatabase, findChat, findTurn, isAlive } from '@brainlyx/db'
import { arrangeGuest, arrangeTurn } from '@brainlyx/db/testing'
import { OUTBOX_HINT_CHANNEL } from '@brainlyx/jobs'
import type { Metrics } from '@brainlyx/service-kit'
import { eventually } from '@brainlyx/testkit'
import { sql } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createArena, runWorker } from '../test/running-worker.ts'

const arena = await createArena()
const { db, redis, simulator } = arena
afterAll(() => arena.close())

const workers: Awaited<ReturnType<typeof runWorker>>[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  simulator.clear()
})

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'

test('what a transaction left in the outbox names the chat, once, under the trace it came from', async () => {
  await run()
  await run()
  const { chat, message } = await arrangeMessage('Tell me about the Alhambra')
  await db.transaction().execute((transaction) => addToOutbox(transaction, [message]))
  await redis.client.publish(OUTBOX_HINT_CHANNEL, '')
  await eventually(async () => expect((await findChat(db, chat))?.title).toMatch(/Alhambra/))
  const [attempt, ...others] = simulator.attempts()
  expect(others).toEqual([])
  expect(attempt?.traceparent).toContain(TRACE_ID)
  await expectAllDelivered()
})

test('a lost hint costs a second at most, a hint far less', async () => {
  await run()
  const timeTitle = async (hint: boolean): Promise<number> => {
    const { chat, message } = await arrangeMessage('Tell me about Granada')
    const startedAt = performance.now()
    await db.transaction().execute((transaction) => addToOutbox(transaction, [message]))
    if (hint) await redis.client.publish(OUTBOX_HINT_CHANNEL, '')
    await eventually(async () => expect((await findChat(db, chat))?.title).not.toBeNull(), {
      intervalMs: 5,
    })
    return performance.now() - startedAt
  }
  // The quickest of some: a busy machine is no lost hint.
  const hinted = [await timeTitle(true), await timeTitle(true), await timeTitle(true)]
  expect(Math.min(...hinted)).toBeLessThan(500)
  expect(await timeTitle(false)).toBeLessThan(5_000)
})

test('a message that is no job of ours is set aside and holds nothing up', async () => {
  const { chat, message } = await arrangeMessage('Tell me about Sevilla')
  await db
    .transaction()
    .execute((transaction) =>
      addToOutbox(transaction, [
        { topic: 'make-coffee', payload: {} },
        { topic: 'chat-title', payload: { chatId: 'x' } },
        message,
      ]),
    )
  await run()
  await eventually(async () => expect((await findChat(db, chat))?.title).toMatch(/Sevilla/))
  const left = await db
    .selectFrom('outbox')
    .select(['topic', 'attempts'])
    .where('deliveredAt', 'is', null)
    .orderBy('id')
    .execute()
  expect(left.map((row) => row.topic)).toEqual(['make-coffee', 'chat-title'])
  await db.deleteFrom('outbox').execute()
})

test('a turn whose process dies is finished within seconds, and its chat named', async () => {
  await run()
  const { chat, turnId } = await arrangeMessage('Tell me about Toledo', 'dying')
  await beat(db, { id: 'dying', service: 'chat-api' })
  await sql`update processes set heartbeat_at = now() - interval '4 seconds' where id = 'dying'`.execute(
    db,
  )
  const startedAt = performance.now()
  await eventually(async () =>
    expect(await findTurn(db, { userId: chat.userId, turnId })).toMatchObject({
      state: 'completed',
    }),
  )
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  await eventually(async () => expect((await findChat(db, chat))?.title).toMatch(/Toledo/))
})

test('partitions are there once the worker is, although someone had dropped one', async () => {
  const owner = createDatabase({ url: arena.database.ownerUrl, name: 'test', poolSize: 1 })
  const ahead = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 4, 1))
  const name = `attempts_y${ahead.toISOString().slice(0, 7).replace('-', 'm')}`
  await sql`drop table ${sql.id(name)}`.execute(owner)
  await owner.destroy()
  await run()
  const { rows } = await sql`select to_regclass(${name}) is not null as there`.execute(db)
  expect(rows).toEqual([{ there: true }])
})

test('it beats while it works and says goodbye', async () => {
  const worker = await runWorker(arena)
  const id = worker.heartbeat.processId
  expect(await isAlive(db, id)).toBe(true)
  await worker.stop()
  expect(await db.selectFrom('processes').select('id').where('id', '=', id).execute()).toEqual([])
})

test('metrics tell durations by job and outcome, and how deep the queues are', async () => {
  const worker = await run()
  const { chat, message } = await arrangeMessage('Tell me about Cádiz')
  await db.transaction().execute((transaction) => addToOutbox(transaction, [message]))
  await eventually(async () => expect((await findChat(db, chat))?.title).not.toBeNull())
  await eventually(async () => {
    const values = await valuesOf(worker.metrics.registry)
    expect(values).toMatchObject({
      'job_duration_seconds_count chat-title completed': 1,
      'queue_depth chat-title waiting': 0,
      'outbox_undelivered ': 0,
      'outbox_delivered_total ': 1,
      'partition_months_ahead chat_history': 6,
    })
  })
})

async function run() {
  const worker = await runWorker(arena)
  workers.push(worker)
  await eventually(async () =>
    expect(await worker.readiness()).toEqual({ ready: true, degraded: [] }),
  )
  return worker
}

/** Each value by its name and labels. */
async function valuesOf(registry: Metrics['registry']): Promise<Record<string, number>> {
  const metrics = await registry.getMetricsAsJSON()
  return Object.fromEntries(
    metrics.flatMap((metric) =>
      metric.values.map((entry) => {
        const { service: _, ...labels } = entry.labels
        const name = 'metricName' in entry ? String(entry.metricName) : metric.name
        return [`${name} ${Object.values(labels).join(' ')}`, entry.value]
      }),
    ),
  )
}

/** A chat without a name, and the message that has it named. */
async function arrangeMessage(text: string, owner = 'process-a') {
  const user = await arrangeGuest(db)
  // Alive, so that nobody takes its turns for orphans.
  await beat(db, { id: 'process-a', service: 'chat-api' })
  const { turnId, chatId } = await arrangeTurn(db, {
    userId: user.id,
    owner,
    parts: [{ type: 'text', text }],
  })
  return {
    turnId,
    chat: { userId: user.id, chatId },
    message: {
      topic: 'chat-title',
      payload: { chatId, turnId, userId: user.id },
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    },
  }
}

async function expectAllDelivered(): Promise<void> {
  const rows = await db.selectFrom('outbox').select('id').where('deliveredAt', 'is', null).execute()
  expect(rows).toEqual([])
}
