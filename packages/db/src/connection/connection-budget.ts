import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

/** All replicas of this service together would take more connections than the server gives. */
export class ConnectionBudgetError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConnectionBudgetError'
  }
}

/** A service that takes so much of the server's connections leaves too few to the others. */
const WARNING_SHARE = 0.8

/**
 * Compares what all replicas of a service may open with what the server gives to its role. What other services open,
 * nobody here knows: docs/database-connections.md has the sum.
 * @returns a sentence where that is a lot
 * @throws {ConnectionBudgetError} where it is too much: some replica would find the door closed, and at the worst time
 */
export async function checkConnectionBudget(
  db: Kysely<Database>,
  wanted: { poolSize: number; replicas: number },
): Promise<string | undefined> {
  const { poolSize, replicas } = wanted
  const total = poolSize * replicas
  const available = await connectionsFor(db)
  const said = `${replicas} × ${poolSize} connections (SERVICE_REPLICAS × DATABASE_POOL_SIZE) are ${total}, and the server gives ${available} to this role`
  if (total > available)
    throw new ConnectionBudgetError(`${said}: lower one or raise max_connections`)
  return total > available * WARNING_SHARE ? `${said}: other services need some, too` : undefined
}

async function connectionsFor(db: Kysely<Database>): Promise<number> {
  // `reserved_connections` came with Postgres 16. A limit of -1 is none.
  const { rows } = await sql<{ available: number }>`
    select least(
      current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int
        - coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0),
      (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
      (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
    )::int as available
  `.execute(db)
  return rows[0]!.available
}
