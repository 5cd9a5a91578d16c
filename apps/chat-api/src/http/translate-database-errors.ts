import {
  DatabaseBusyError,
  DatabaseSilentError,
  NoReplicaError,
  isPostgresError,
} from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'
import type { ErrorRequestHandler } from 'express'

/**
 * SQLSTATE classes for a server that is away, ending, full or overloaded, and for clashes that pass; a plan that a
 * migration made old is 0A000.
 */
const PASSING = /^(08|53|57|40|25006|0A000)/
/** What the driver says where no connection came about. */
const NO_CONNECTION = /Connection terminated|ECONNREFUSED|ECONNRESET/

/** A database that is away for the moment is a 503 that may be tried again, not a fault of ours. */
export const translateDatabaseErrors: ErrorRequestHandler = (
  error: unknown,
  _request,
  _response,
  next,
) => {
  next(translated(error))
}

function translated(error: unknown): unknown {
  for (let found = error; found instanceof Error; found = found.cause) {
    if (found instanceof ServiceError) return error
    if (found instanceof DatabaseBusyError) return busy(error)
    if (found instanceof NoReplicaError) return withoutReplica(error)
    if (isPassing(found)) return unavailable(error)
  }
  return error
}

function isPassing(error: Error): boolean {
  if (error instanceof DatabaseSilentError) return true
  if (isPostgresError(error) && PASSING.test(error.code)) return true
  const { code } = error as NodeJS.ErrnoException
  return NO_CONNECTION.test(`${error.message} ${code ?? ''}`)
}

function busy(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'database-busy',
    status: 503,
    title: 'The database has too much to do at the moment.',
    detail: 'Try again in a moment.',
    retryable: true,
    retryAfterMs: 1_000,
    cause,
  })
}

function withoutReplica(cause: unknown): ServiceError {
  return new ServiceError({
    code: 'no-replica',
    status: 503,
    title: 'Reports cannot be made at the moment.',
    detail:
      'They are made beside the database that chats are in, and that is away. Try again later.',
    retryable: true,
    retryAfterMs: 10_000,
    cause,
  })
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
