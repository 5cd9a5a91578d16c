import { readFile, writeFile } from 'node:fs/promises'
import { createDatabase } from '../connection/create-database.ts'
import { testDatabase } from '../testing/test-database.ts'
import { dumpSchema } from './dump-schema.ts'

// node src/schema-dump/main.ts --write | --check: schema.sql from a freshly migrated database.
const file = new URL('../../schema.sql', import.meta.url)
const mode = process.argv[2]
if (mode !== '--write' && mode !== '--check') {
  process.stderr.write('Say --write or --check.\n')
  process.exit(64) // EX_USAGE of sysexits.h
}
try {
  const schema = await freshSchema()
  if (mode === '--write') await writeFile(file, schema)
  else if ((await readFile(file, 'utf8').catch(() => '')) !== schema) {
    throw new Error(
      'packages/db/schema.sql is stale; `pnpm --filter @brainlyx/db schema:write` mends it.',
    )
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function freshSchema(): Promise<string> {
  const database = await testDatabase()
  const db = createDatabase({ url: database.ownerUrl, name: 'schema-dump', poolSize: 1 })
  try {
    return await dumpSchema(db)
  } finally {
    await db.destroy()
    await database.close()
  }
}
