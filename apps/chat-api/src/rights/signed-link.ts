import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export interface SignedLink {
  readonly expires: number
  readonly signature: string
}

export interface LinkSigner {
  /** Signs a link to `subject` that is good for `lifetimeMs`. */
  sign(subject: string, lifetimeMs: number): SignedLink
  /** Whether we signed it for this very subject, and not too long ago. */
  verify(subject: string, link: SignedLink): boolean
}

/**
 * Links that are good for a while, for one thing and one person: HMAC-SHA-256 over what they lead to and when they end.
 * @param options.secret of this service; the key is derived from it (HKDF, RFC 5869), so that it signs nothing else
 */
export function createLinkSigner(options: { secret: string; nowMs?: () => number }): LinkSigner {
  const { secret, nowMs = Date.now } = options
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'brainlyx signed links', 32))
  const digest = (subject: string, expires: number): Buffer =>
    createHmac('sha256', key).update(`${expires}\n${subject}`).digest()

  return {
    sign(subject, lifetimeMs) {
      const expires = nowMs() + lifetimeMs
      return { expires, signature: digest(subject, expires).toString('base64url') }
    },
    verify(subject, { expires, signature }) {
      const given = Buffer.from(signature, 'base64url')
      const wanted = digest(subject, expires)
      const isOurs = given.length === wanted.length && timingSafeEqual(given, wanted)
      return isOurs && nowMs() < expires
    },
  }
}
