import { createTestDatabase } from '@brainlyx/testkit'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { migrate } from './run-migrations.ts'

test('where the owner may not make roles, a person is told what to run; a role that may needs nobody', async () => {
  const appRole = 'app_without_system'
  const database = await createTestDatabase({
    template: {
      name: 'unprepared',
      key: '1',
      ownerRole: 'brainlyx_owner',
      appRole,
      prepare: () => Promise.resolve(),
    },
  })
  const admin = new Client({ connectionString: database.adminUrl })
  await admin.connect()
  try {
    // Roles outlive the database that a test had.
    await admin.query(`grant brainlyx_system to ${appRole}`).catch(() => undefined)
    await admin.query(`revoke brainlyx_system from ${appRole}`).catch(() => undefined)
    const refused = migrate(database.ownerUrl, { appRole })
    await expect(refused).rejects.toThrow(
      `create role brainlyx_system; alter role ${appRole} noinherit; grant brainlyx_system to ${appRole};`,
    )
    await expect(migrate(database.adminUrl, { appRole })).resolves.toMatchObject({
      applied: expect.arrayContaining(['2026-11-26-5-row-level-security']),
    })
  } finally {
    await admin.end()
    await database.close()
  }
})
