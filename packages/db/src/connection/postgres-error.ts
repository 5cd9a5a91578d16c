/** What `pg` throws for an error that the server reported: its SQLSTATE and, where one was violated, the constraint. */
export interface PostgresError extends Error {
  readonly code: string
  readonly table?: string
  readonly constraint?: string
}

export function isPostgresError(error: unknown): error is PostgresError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
