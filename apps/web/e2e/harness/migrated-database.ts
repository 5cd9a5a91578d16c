import { createTestDatabase } from '@brainlyx/testkit'
import type { TestDatabase } from '@brainlyx/testkit'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const APP_ROLE = 'brainlyx_app'

/** A database with the migrations run the way a deployment runs them: by their own command. */
export async function createMigratedDatabase(repository: string): Promise<TestDatabase> {
  const source = join(repository, 'packages/db/src')
  return createTestDatabase({
    template: {
      name: 'browser',
      key: await hashOf(source),
      ownerRole: 'brainlyx_owner',
      appRole: APP_ROLE,
      systemRole: 'brainlyx_system',
      prepare: async (ownerUrl) => {
        await promisify(execFile)(process.execPath, [join(source, 'migrate.ts')], {
          env: { PATH: process.env['PATH'], DATABASE_OWNER_URL: ownerUrl, APP_ROLE },
        })
      },
    },
  })
}

/** Of everything that makes the schema, and of the month that partitions begin at. */
async function hashOf(source: string): Promise<string> {
  const hash = createHash('sha256').update(new Date().toISOString().slice(0, 7))
  for (const name of (await readdir(source, { recursive: true })).toSorted()) {
    if (!name.endsWith('.ts')) continue
    hash.update(name).update(await readFile(join(source, name)))
  }
  return hash.digest('hex').slice(0, 16)
}
