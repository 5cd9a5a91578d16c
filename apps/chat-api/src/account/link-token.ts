import { createHash, randomBytes } from 'node:crypto'

/** 256 bits at random, in base64url. */
export function newLinkToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of it. One round is enough where nobody could have guessed the token. */
export function hashOfLinkToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
