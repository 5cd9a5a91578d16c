import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Pool } from 'pg'
import { buildIndex } from '../indexes/build-index.ts'
import { concurrentIndexes } from '../indexes/concurrent-indexes.ts'
import { INTERRUPT_PACKING } from '../packing/interrupt-packing.ts'
import { migrations } from '../migrations/index.ts'
import { ensurePartitions } from '../partitions/ensure-partitions.ts'
import { ensureSystemRole } from './ensure-system-role.ts'
import { grantRuntimeRole } from './grant-runtime-role.ts'

export interface MigrationReport {
  readonly applied: readonly string[]
  readonly indexes: readonly string[]
  readonly partitions: readonly string[]
}

/**
 * Brings the database up to date, builds the indexes that are built while others work, makes the partitions of the next
 * months, and gives the runtime role its rights. Two
 * at once wait for each other; nothing happens where nothing is missing.
 * @param ownerUrl of the role that owns the tables
 * @param options.appRole the runtime role, which must exist
 */
export async function migrate(
  ownerUrl: string,
  options: { appRole: string; now?: Date },
): Promise<MigrationReport> {
  const pool = new Pool({ connectionString: ownerUrl, application_name: 'migrate', max: 2 })
  pool.on('error', () => undefined)
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await ensureSystemRole(db, options.appRole)
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    })
    const known = await migrator.getMigrations()
    if (known.some(({ executedAt }) => executedAt === undefined)) {
      await sql.raw(INTERRUPT_PACKING).execute(db)
    }
    const { error, results } = await migrator.migrateToLatest()
    if (error !== undefined) {
      throw error instanceof Error ? error : new Error('a migration failed', { cause: error })
    }
    const indexes: string[] = []
    for (const index of concurrentIndexes) {
      if (await buildIndex(ownerUrl, index)) indexes.push(index.name)
    }
    return await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(7236518203)`.execute(transaction)
      const partitions = await ensurePartitions(transaction, options.now ?? new Date())
      await grantRuntimeRole(transaction, options.appRole)
      return { applied: results?.map((result) => result.migrationName) ?? [], indexes, partitions }
    })
  } finally {
    await db.destroy()
    if (!pool.ended) await pool.end()
  }
}
