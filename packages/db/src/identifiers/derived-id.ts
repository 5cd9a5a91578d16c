import { createHash } from 'node:crypto'

/**
 * The id that a copy of `id` gets for `owner`: of the same millisecond, always the same one, and another for everybody
 * else. A UUIDv7 whose 74 bits beside the time come from SHA-256.
 */
export function derivedId(owner: string, id: string): string {
  const time = id.slice(0, 13)
  const digits = createHash('sha256').update(`${owner}\n${id}`).digest('hex')
  const variant = '89ab'[Number(`0x${digits[3]!}`) & 3]!
  return `${time}-7${digits.slice(0, 3)}-${variant}${digits.slice(4, 7)}-${digits.slice(7, 19)}`
}
