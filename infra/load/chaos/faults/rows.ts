import { KILL_ROWS } from './kill-rows.ts'
import { POSTGRES_ROWS } from './postgres-rows.ts'
import { PROCESS_ROWS } from './process-rows.ts'
import { PROVIDER_ROWS } from './provider-rows.ts'
import { READER_ROWS } from './reader-rows.ts'
import { REDIS_ROWS } from './redis-rows.ts'
import type { Row } from './stage.ts'

/** All that is done to the platform, in this order. Those that move Postgres come last. */
export const ROWS: readonly Row[] = [
  ...KILL_ROWS,
  ...PROCESS_ROWS,
  ...REDIS_ROWS,
  ...PROVIDER_ROWS,
  ...READER_ROWS,
  ...POSTGRES_ROWS,
]
