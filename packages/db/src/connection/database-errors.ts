/** No connection came free within the time that a query may wait for one. Nothing was sent: the same may be tried again. */
export class DatabaseBusyError extends Error {
  /** `all-in-use`: every connection of the pool is lent out. `connecting`: a new one was not open in time. */
  readonly reason: 'all-in-use' | 'connecting'

  constructor(reason: 'all-in-use' | 'connecting', waitMs: number) {
    super(
      reason === 'all-in-use'
        ? `no database connection came free within ${waitMs} ms`
        : `no database connection was open within ${waitMs} ms`,
    )
    this.name = 'DatabaseBusyError'
    this.reason = reason
  }
}

/** The server has not answered long after it should have ended the statement itself; its connection was given up. */
export class DatabaseSilentError extends Error {
  constructor(afterMs: number) {
    super(`the database has said nothing for ${afterMs} ms`)
    this.name = 'DatabaseSilentError'
  }
}
