// Postgres servers of one's own, with standbys and PgBouncer, for what the tests' shared one must not go through.
export { createPostgresServer } from './postgres/postgres-server.ts'
export type { PostgresServer, PostgresSettings } from './postgres/postgres-server.ts'
export { startPgBouncer } from './postgres/pgbouncer.ts'
export type { PgBouncer } from './postgres/pgbouncer.ts'
export { giveFolder } from './postgres/give-folder.ts'
export { withClient } from './postgres/with-client.ts'
export { ensureRolesAndDatabase } from '../../../infra/local/data/postgres-roles.mjs'
