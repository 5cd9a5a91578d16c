import { migrate } from './migrate/run-migrations.ts'

// node src/migrate.ts: DATABASE_OWNER_URL, and APP_ROLE where the runtime role is not called brainlyx_app.
const ownerUrl = process.env['DATABASE_OWNER_URL']
if (ownerUrl === undefined || ownerUrl === '') {
  process.stderr.write('migrate does not start: DATABASE_OWNER_URL is missing.\n')
  process.exit(78) // EX_CONFIG of sysexits.h
}
try {
  const { applied, indexes, partitions } = await migrate(ownerUrl, {
    appRole: process.env['APP_ROLE'] || 'brainlyx_app',
  })
  for (const name of applied) process.stdout.write(`applied ${name}\n`)
  for (const name of indexes) process.stdout.write(`built ${name}\n`)
  if (partitions.length > 0) process.stdout.write(`made ${partitions.length} monthly partitions\n`)
  if (applied.length + indexes.length + partitions.length === 0)
    process.stdout.write('the database is up to date\n')
} catch (error) {
  process.stderr.write(
    `The migration failed: ${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
