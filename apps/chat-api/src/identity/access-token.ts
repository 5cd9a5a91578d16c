import { CHAT_API_AUDIENCE, Identifier, UserKind, UserRole } from '@brainlyx/chat-contract'
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import type { JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import type { Principal } from '../http/principal.ts'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'
import type { AuthLibrary } from './better-auth.ts'

/** A token of a key we do not know makes us read the keys again, at most this often. */
const RELOAD_PAUSE_MS = 10_000

/** A signature costs half a millisecond of a worker thread, and a browser shows the same token all the time. */
const REMEMBERED_LIMIT = 10_000

const Claims = z.object({
  sub: Identifier,
  kind: UserKind,
  role: UserRole,
  /** The sign-in. */
  sid: z.string(),
  /** `users.tokenVersion`. */
  ver: z.int().positive(),
})

export interface AccessTokens {
  /** EdDSA, for fifteen minutes. */
  issue(principal: Principal): Promise<string>
  /** Without a database call. null where the token is not ours or has expired. */
  verify(token: string): Promise<Principal | null>
  /** Loads the keys, making the first one where there is none. */
  load(): Promise<void>
}

/** Access tokens, signed with the keys that the auth library keeps and checked against a copy of the public ones. */
export function createAccessTokens(options: {
  auth: AuthLibrary
  issuer: string
  nowMs?: () => number
}): AccessTokens {
  const { auth, issuer, nowMs = Date.now } = options
  let keys: JWTVerifyGetKey = createLocalJWKSet({ keys: [] })
  let loadedAt = -Infinity
  const remembered = new Map<string, { principal: Principal; expiresAtMs: number }>()

  async function load(): Promise<void> {
    loadedAt = nowMs()
    keys = createLocalJWKSet(await auth.api.getJwks())
  }

  async function check(token: string): Promise<Principal> {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['EdDSA'],
      audience: CHAT_API_AUDIENCE,
      issuer,
      requiredClaims: ['exp'],
      currentDate: new Date(nowMs()),
    })
    const { sub, kind, role, sid, ver } = Claims.parse(payload)
    const principal: Principal = { userId: sub, kind, role, signInId: sid, tokenVersion: ver }
    if (remembered.size >= REMEMBERED_LIMIT) remembered.clear()
    remembered.set(token, { principal, expiresAtMs: payload.exp! * 1000 })
    return principal
  }

  return {
    load,
    async issue({ userId, kind, role, signInId, tokenVersion }) {
      const issuedAt = Math.floor(nowMs() / 1000)
      const { token } = await auth.api.signJWT({
        body: {
          payload: {
            sub: userId,
            kind,
            role,
            sid: signInId,
            ver: tokenVersion,
            iss: issuer,
            aud: CHAT_API_AUDIENCE,
            iat: issuedAt,
            exp: issuedAt + ACCESS_TOKEN_LIFETIME_MS / 1000,
          },
        },
      })
      return token
    },
    async verify(token) {
      const known = remembered.get(token)
      if (known !== undefined && nowMs() < known.expiresAtMs) return known.principal
      remembered.delete(token)
      try {
        return await check(token)
      } catch (error) {
        const keyIsNew = error instanceof errors.JWKSNoMatchingKey
        if (!keyIsNew || nowMs() - loadedAt < RELOAD_PAUSE_MS) return null
      }
      await load()
      return check(token).catch(() => null)
    },
  }
}
