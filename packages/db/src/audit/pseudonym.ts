import { createHmac } from 'node:crypto'

/** Stands for a person wherever something about them outlives their data. */
export type Pseudonymizer = (value: string) => string

/**
 * HMAC-SHA-256 (RFC 2104) of a user's id or an address, in base64url: the same person is always the same, and only
 * who holds the key can tell whom a pseudonym stands for.
 * @param key at least 32 characters, the same in all services
 */
export function createPseudonymizer(key: string): Pseudonymizer {
  return (value) => createHmac('sha256', key).update(value).digest('base64url')
}
