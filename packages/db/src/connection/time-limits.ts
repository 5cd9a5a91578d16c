/** Who waits for a query: a person, a job, or a report. */
export type QueryClass = 'interactive' | 'batch' | 'analytics'

/** How long a statement may run, in milliseconds; a commit may take as long as it takes. */
export const STATEMENT_LIMITS_MS: Readonly<Record<QueryClass, number>> = {
  interactive: 10_000,
  batch: 300_000,
  analytics: 60_000,
}

/** A server that has said nothing for so long after it should have ended a statement itself no longer answers. */
export const SILENCE_MS = 2_000

/** A transaction that nobody goes on with holds its locks no longer than this. */
export const IDLE_IN_TRANSACTION_MS = 10_000
