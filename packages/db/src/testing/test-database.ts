import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createTestDatabase } from '@brainlyx/testkit'
import type { TestDatabase } from '@brainlyx/testkit'
import { migrate } from '../migrate/run-migrations.ts'

const OWNER_ROLE = 'brainlyx_owner'
const APP_ROLE = 'brainlyx_app'
const SYSTEM_ROLE = 'brainlyx_system'

/** A migrated database of a test file's own. Call `close()` when done. */
export async function testDatabase(): Promise<TestDatabase> {
  return createTestDatabase({
    template: {
      name: 'brainlyx',
      key: await templateKey(),
      ownerRole: OWNER_ROLE,
      appRole: APP_ROLE,
      systemRole: SYSTEM_ROLE,
      prepare: async (ownerUrl) => {
        await migrate(ownerUrl, { appRole: APP_ROLE })
      },
    },
  })
}

/** Of what makes a database: the migrations, the rights, and the month that partitions begin at. */
async function templateKey(): Promise<string> {
  const hash = createHash('sha256').update(new Date().toISOString().slice(0, 7))
  for (const folder of [
    '../migrations/',
    '../migrate/',
    '../partitions/',
    '../indexes/',
    '../row-level-security/',
  ]) {
    const url = new URL(folder, import.meta.url)
    const files = await readdir(url, { recursive: true })
    const names = files.filter((name) => /(?<!\.test)\.ts$/.test(name)).toSorted()
    for (const name of names) hash.update(name).update(await readFile(new URL(name, url)))
  }
  return hash.digest('hex').slice(0, 16)
}
