import { isPostgresError } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { ErrorRequestHandler } from 'express'

/** SQLSTATE classes for a server that is away, ending, full or overloaded, and for clashes that pass. */
const PASSING = /^(08|53|57|40|25006)/
/** What the driver says where no connection came about. */
const NO_CONNECTION =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|ECONNREFUSED|ECONNRESET/

/** A database that is away for the moment is a 503 that may be tried again, not a fault of ours. */
export const translateDatabaseErrors: ErrorRequestHandler = (
  error: unknown,
  _request,
  _response,
  next,
) => {
  next(isPassing(error) ? unavailable(error) : error)
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ServiceError) return false
  if (isPostgresError(error) && PASSING.test(error.code)) return true
  const { code } = error as NodeJS.ErrnoException
  return (
    NO_CONNECTION.test(`${error.message} ${code ?? ''}`) ||
    (error.cause !== undefined && isPassing(error.cause))
  )
}

function unavailable(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'database-unavailable',
    status: 503,
    title: 'The database does not answer at the moment.',
    detail: 'Try again in a moment.',
    retryable: true,
    retryAfterMs: 1_000,
    cause,
  })
}
