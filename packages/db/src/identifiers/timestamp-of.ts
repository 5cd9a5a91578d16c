const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i

const DAY_MS = 24 * 60 * 60 * 1000
/** How old the id may be that a client begins a turn under. */
export const OLDEST_TURN_MS = 31 * DAY_MS
const NEWEST_TURN_MS = 5 * 60 * 1000

/**
 * When `id` was made, to the millisecond. In partitioned tables this is `created_at`.
 * @throws {RangeError} where it is not a UUIDv7
 */
export function timestampOf(id: string): Date {
  if (!UUID_V7.test(id)) throw new RangeError(`not a UUIDv7: ${id.slice(0, 64)}`)
  return new Date(Number(`0x${id.slice(0, 8)}${id.slice(9, 13)}`))
}

/**
 * Whether a client may begin a turn under this id: at most 31 days old and 5 minutes ahead, so that its row goes
 * into a partition that exists.
 */
export function isFreshTurnId(id: string, nowMs: number): boolean {
  if (!UUID_V7.test(id)) return false
  const ageMs = nowMs - timestampOf(id).getTime()
  return ageMs <= OLDEST_TURN_MS && ageMs >= -NEWEST_TURN_MS
}
