import { SignJWT, importJWK } from 'jose'
import type { JWK } from 'jose'

/** Tokens live this long and are reused until half of it has passed. */
const LIFETIME_MS = 60_000

export const TOKEN_TYPE = 'service+jwt'

export interface ServiceTokenSigner {
  /** An EdDSA token that says «I am this service, speaking to `audience`». */
  sign(audience: string): Promise<string>
}

/** @param privateJwk Ed25519 with `d`; its `kid` is the service's name. */
export function createServiceTokenSigner(options: {
  privateJwk: JWK & { kid: string }
  now?: () => number
}): ServiceTokenSigner {
  const { privateJwk, now = Date.now } = options
  const key = importJWK(privateJwk, 'EdDSA')
  const cached = new Map<string, { token: string; renewAt: number }>()
  return {
    async sign(audience) {
      const at = now()
      const held = cached.get(audience)
      if (held !== undefined && at < held.renewAt) return held.token
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'EdDSA', kid: privateJwk.kid, typ: TOKEN_TYPE })
        .setIssuer(privateJwk.kid)
        .setAudience(audience)
        .setIssuedAt(Math.floor(at / 1000))
        .setExpirationTime(Math.floor((at + LIFETIME_MS) / 1000))
        .sign(await key)
      cached.set(audience, { token, renewAt: at + LIFETIME_MS / 2 })
      return token
    },
  }
}
