import { z } from 'zod'

const PostgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be URLs such as postgres://user:password@host/database, with commas between them',
})

const Switch = z.enum(['on', 'off'], { error: 'must be on or off' })

/** What a service that uses Postgres reads beside its `DATABASE_URL`; docs/database-connections.md explains each. */
export function databaseKeys(defaults: { poolSize: number }): typeof keys {
  return { ...keys, DATABASE_POOL_SIZE: PoolSize.default(defaults.poolSize) }
}

/** The strategy allows 100; fewer than 8 leave nothing beside what a process keeps for itself. */
const PoolSize = z.coerce.number().int().min(8).max(100)

const keys = {
  DATABASE_REPLICA_URLS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(PostgresUrl))
    .default([]),
  DATABASE_POOL_SIZE: PoolSize.default(20),
  DATABASE_PGBOUNCER: Switch.default('off'),
  DATABASE_PREPARED_STATEMENTS: Switch.optional(),
  DATABASE_SLOW_QUERY_MS: z.coerce.number().int().min(1).default(500),
  SERVICE_REPLICAS: z.coerce.number().int().min(1).max(10_000).default(1),
}

export type DatabaseEnvironment = z.infer<z.ZodObject<typeof keys>> & { DATABASE_URL: string }
