import { markDelivered, markUndeliverable, takeFromOutbox } from '@brainlyx/db'
import type { Database, OutboxRow } from '@brainlyx/db'
import { isJobName } from '@brainlyx/jobs'
import type { JobProducer } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { Kysely } from 'kysely'
import { ZodError } from 'zod'

const BATCH = 50

/**
 * Makes jobs of outbox messages: at least once, since a crash between Redis and the commit repeats it; the message's id
 * is the job's, so that BullMQ drops the repetition.
 * @returns how many messages were taken; below `BATCH` none is left
 * @throws what ioredis says where Redis is away; nothing is then marked
 */
export async function deliverOutbox(options: {
  db: Kysely<Database>
  producer: JobProducer
  logger: Logger
}): Promise<{ taken: number; more: boolean }> {
  const { db, producer, logger } = options
  return db.transaction().execute(async (transaction) => {
    const rows = await takeFromOutbox(transaction, BATCH)
    const delivered: string[] = []
    const refused: string[] = []
    for (const row of rows) {
      const problem = await enqueue(producer, row)
      if (problem === undefined) delivered.push(row.id)
      else {
        refused.push(row.id)
        logger.error({ outboxId: row.id, topic: row.topic, problem }, 'an outbox message is no job')
      }
    }
    await markDelivered(transaction, delivered)
    await markUndeliverable(transaction, refused)
    return { taken: rows.length, more: rows.length === BATCH }
  })
}

/** @returns what is wrong with the message, where something is */
async function enqueue(producer: JobProducer, row: OutboxRow): Promise<string | undefined> {
  if (!isJobName(row.topic)) return 'there is no job of this name'
  try {
    // Checked by the producer: what the outbox holds is whatever some version of a service wrote.
    await producer.enqueue(row.topic, row.payload as never, {
      jobId: row.id,
      traceparent: row.traceparent ?? undefined,
      priority: row.priority ?? undefined,
    })
    return undefined
  } catch (error) {
    if (error instanceof ZodError) return 'its payload is not the job’s'
    throw error
  }
}
