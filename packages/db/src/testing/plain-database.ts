import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { actingDialect } from '../row-level-security/acting-dialect.ts'
import type { Database } from '../tables/database.ts'

/**
 * One connection without what makes row-level security cheap, to measure against.
 * @param options.saysForWhom false: as before there were policies, which must be off then; true: with a beginning, a
 * setting, a statement and a commit that each wait for the one before
 */
export function createPlainDatabase(options: {
  url: string
  saysForWhom: boolean
}): Kysely<Database> {
  const pool = new Pool({ connectionString: options.url, max: 1 })
  const dialect = new PostgresDialect({ pool })
  return new Kysely<Database>({
    dialect: options.saysForWhom ? actingDialect(dialect) : dialect,
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}
