import { randomFillSync } from 'node:crypto'

const pool = Buffer.allocUnsafe(4_096)
let taken = pool.length

/**
 * Random bytes in hex. Taken from a pool: asking the system for each few of them was a twelfth of a small answer's CPU.
 * @param bytes at most 64
 */
export function randomHex(bytes: number): string {
  if (taken + bytes > pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  taken += bytes
  return pool.toString('hex', taken - bytes, taken)
}
