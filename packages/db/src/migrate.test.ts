import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { createTestDatabase } from '@brainlyx/testkit'
import { expect, test } from 'vitest'
import { migrations } from './migrations/index.ts'

const execute = promisify(execFile)

test('the command brings an empty database up to date, and says so', async () => {
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
    const environment = { DATABASE_OWNER_URL: database.ownerUrl }
    const applied = Object.keys(migrations).map((name) => `applied ${name}`)
    expect((await migrateBy(environment)).stdout.trim().split('\n')).toEqual([
      ...applied,
      'built users_kind_id_idx',
      'built users_tier_id_idx',
      'built users_admin_id_idx',
      'built users_banned_id_idx',
      'built users_email_search_idx',
      'built users_search_name_idx',
      'made 32 monthly partitions',
    ])
    expect((await migrateBy(environment)).stdout).toBe('the database is up to date\n')
    await expect(migrateBy({ ...environment, APP_ROLE: 'nobody-we-know' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('role "nobody-we-know" does not exist'),
    })
  } finally {
    await database.close()
  }
})

test('the command says what is missing and what is away', async () => {
  await expect(migrateBy({})).rejects.toMatchObject({
    code: 78,
    stderr: 'migrate does not start: DATABASE_OWNER_URL is missing.\n',
  })
  await expect(
    migrateBy({ DATABASE_OWNER_URL: 'postgres://x@127.0.0.1:1/x' }),
  ).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('The migration failed: ') })
})

test('migrations run in the order of their names', () => {
  const names = Object.keys(migrations)
  expect(names.toSorted()).toEqual(names)
})

function migrateBy(environment: Record<string, string>) {
  return execute(process.execPath, [`${import.meta.dirname}/migrate.ts`], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  })
}
