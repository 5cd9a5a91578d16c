import { readFile } from 'node:fs/promises'
import { createTestDatabase } from '@brainlyx/testkit'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { createDatabase } from '../connection/create-database.ts'
import { testDatabase } from '../testing/test-database.ts'
import { dumpSchema } from './dump-schema.ts'

const committed = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8')

test('the committed schema is what the migrations make', async () => {
  const database = await testDatabase()
  try {
    expect(await dump(database.ownerUrl)).toBe(committed)
  } finally {
    await database.close()
  }
})

test('the committed schema, run on an empty database, makes the same again', async () => {
  const database = await createTestDatabase({
    template: {
      name: 'empty',
      key: '2',
      ownerRole: 'brainlyx_owner',
      appRole: 'brainlyx_app',
      systemRole: 'brainlyx_system',
      prepare: () => Promise.resolve(),
    },
  })
  try {
    await run(
      database.ownerUrl,
      `alter default privileges revoke execute on functions from public; ${committed}`,
    )
    expect(await dump(database.ownerUrl)).toBe(committed)
  } finally {
    await database.close()
  }
})

async function dump(url: string): Promise<string> {
  const db = createDatabase({ url, name: 'test', poolSize: 1 })
  try {
    return await dumpSchema(db)
  } finally {
    await db.destroy()
  }
}

async function run(url: string, statements: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}
