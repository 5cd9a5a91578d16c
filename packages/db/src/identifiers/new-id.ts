import { randomUUIDv7 } from 'node:crypto'

const TIME_DIGITS = 12
const TAIL_DIGITS = 15
const TAIL_LIMIT = 16n ** BigInt(TAIL_DIGITS)

let last = ''

/**
 * A UUIDv7 (RFC 9562) of the current millisecond, greater than every other that this process has made: Node's own
 * are in random order within a millisecond, and rows are paged by id.
 * @param atMs makes it of that time instead, without the promise of order
 */
export function newId(atMs?: number): string {
  if (atMs !== undefined) return withTime(randomUUIDv7(), atMs)
  const fresh = randomUUIDv7()
  last = fresh > last ? fresh : successor(last)
  return last
}

function withTime(id: string, atMs: number): string {
  const time = Math.floor(atMs).toString(16).padStart(TIME_DIGITS, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}${id.slice(13)}`
}

/** One more in the last 60 bits; should they ever be full, any id of the next millisecond. */
function successor(id: string): string {
  const digits = id.replaceAll('-', '')
  const tail = BigInt(`0x${digits.slice(-TAIL_DIGITS)}`) + 1n
  if (tail >= TAIL_LIMIT) return withTime(id, Number(`0x${digits.slice(0, TIME_DIGITS)}`) + 1)
  const next = digits.slice(0, -TAIL_DIGITS) + tail.toString(16).padStart(TAIL_DIGITS, '0')
  return next.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
