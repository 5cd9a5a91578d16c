/** A client's id may be 31 days old, so that last month is still being written to; one more is left out of caution. */
const MONTHS_LEFT_ALONE = 2

/** Months before the one of this day are over: only an import writes new rows into them. */
export function monthsOverBefore(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_LEFT_ALONE, 1))
}
