import { afterAll, beforeEach, expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { testDatabase } from '../testing/test-database.ts'
import {
  addToOutbox,
  countUndelivered,
  markDelivered,
  markUndeliverable,
  purgeDelivered,
  takeFromOutbox,
} from './outbox.repository.ts'

const database = await testDatabase()
const db = createDatabase({ url: database.url, name: 'test', poolSize: 12 })
afterAll(async () => {
  await db.destroy()
  await database.close()
})
beforeEach(async () => {
  await db.deleteFrom('outbox').execute()
})

test('ten takers at once deliver each of a hundred messages once', async () => {
  await add(100)
  const delivered: unknown[] = []
  const drain = async (): Promise<void> => {
    for (;;) {
      const rows = await db.transaction().execute(async (transaction) => {
        const taken = await takeFromOutbox(transaction, 7)
        await markDelivered(
          transaction,
          taken.map((row) => row.id),
        )
        return taken
      })
      if (rows.length === 0) return
      delivered.push(...rows.map((row) => row.payload['number']))
    }
  }
  await Promise.all(Array.from({ length: 10 }, drain))
  expect(delivered.toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 100 }, (_, number) => number),
  )
  expect(await countUndelivered(db)).toBe(0)
})

test('what was taken in a transaction that failed is there again', async () => {
  await add(3)
  await expect(
    db.transaction().execute(async (transaction) => {
      const taken = await takeFromOutbox(transaction, 10)
      await markDelivered(
        transaction,
        taken.map((row) => row.id),
      )
      throw new Error('Redis is away')
    }),
  ).rejects.toThrow('Redis is away')
  expect(await countUndelivered(db)).toBe(3)
  expect(await take()).toEqual([0, 1, 2])
})

test('a message that cannot be delivered stops being taken and stays for a person to see', async () => {
  await add(2)
  for (let attempt = 0; attempt < 20; attempt++) {
    await db.transaction().execute(async (transaction) => {
      const [first] = await takeFromOutbox(transaction, 1)
      await markUndeliverable(transaction, [first!.id])
    })
  }
  expect(await take()).toEqual([1])
  expect(await countUndelivered(db)).toBe(2)
})

test('delivered messages are forgotten after a while, others never', async () => {
  await add(2)
  await db.transaction().execute(async (transaction) => {
    const [first] = await takeFromOutbox(transaction, 1)
    await markDelivered(transaction, [first!.id])
  })
  expect(await purgeDelivered(db, 60_000)).toBe(0)
  expect(await purgeDelivered(db, -1_000)).toBe(1)
  expect(await take()).toEqual([1])
})

async function add(count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, number) => ({
    topic: 'chat-title',
    payload: { number },
  }))
  await db.transaction().execute((transaction) => addToOutbox(transaction, messages))
}

async function take(): Promise<unknown[]> {
  const rows = await db.transaction().execute((transaction) => takeFromOutbox(transaction, 100))
  return rows.map((row) => row.payload['number'])
}
