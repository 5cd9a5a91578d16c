import { CHAT_API_AUDIENCE, Identifier, UserKind, UserRole } from '@brainlyx/chat-contract'
import { SignJWT, errors, jwtVerify } from 'jose'
import type { CryptoKey, JWTHeaderParameters } from 'jose'
import { z } from 'zod'
import type { Principal } from '../http/principal.ts'
import { ACCESS_TOKEN_LIFETIME_MS } from './access-token-lifetime.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Says what it is (RFC 9068), so that no other token of ours can be taken for one. */
const TYPE = 'at+jwt'
const ALGORITHM = 'EdDSA'
/** Ours have 500; whatever is longer is not looked at. */
const LONGEST_TOKEN = 2_048
/** Without the padding that decoders forgive (RFC 7515 has none): one token, one spelling. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** A signature costs half a millisecond of a worker thread, and a browser shows the same token all the time. */
const REMEMBERED_LIMIT = 10_000

/** Nothing else: no key or key's address that a token brings along, no extension. */
const HEADERS = new Set(['alg', 'typ', 'kid'])

const Claims = z.object({
  sub: Identifier,
  kind: UserKind,
  role: UserRole,
  /** The sign-in. */
  sid: z.string(),
  /** `users.tokenVersion`. */
  ver: z.int().positive(),
  exp: z.number(),
})

export interface AccessTokens {
  /** EdDSA, for fifteen minutes. */
  issue(principal: Principal): Promise<string>
  /** Without a database call. null where the token is not ours or has expired; whether it is revoked is another question. */
  verify(token: string): Promise<Principal | null>
}

/** Access tokens, and what they say for as long as they are valid. */
export function createAccessTokens(options: {
  keys: Pick<SigningKeys, 'current' | 'find' | 'loadForUnknown'>
  issuer: string
  nowMs?: () => number
}): AccessTokens {
  const { keys, issuer, nowMs = Date.now } = options
  const remembered = new Map<string, Remembered>()

  function keyOf({ kid, ...header }: JWTHeaderParameters): CryptoKey {
    const isOurs = Object.keys(header).every((name) => HEADERS.has(name))
    if (!isOurs || !Identifier.safeParse(kid).success) throw new errors.JWSInvalid()
    const key = keys.find(kid!)
    if (key === undefined) throw new errors.JWKSNoMatchingKey()
    return key
  }

  async function check(token: string): Promise<Principal> {
    const { payload, protectedHeader } = await jwtVerify(token, keyOf, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      audience: CHAT_API_AUDIENCE,
      issuer,
      requiredClaims: ['exp', 'iat'],
      currentDate: new Date(nowMs()),
    })
    const { sub, kind, role, sid, ver, exp } = Claims.parse(payload)
    const principal: Principal = { userId: sub, kind, role, signInId: sid, tokenVersion: ver }
    if (remembered.size >= REMEMBERED_LIMIT) remembered.clear()
    remembered.set(token, { principal, expiresAtMs: exp * 1000, kid: protectedHeader.kid! })
    return principal
  }

  return {
    async issue({ userId, kind, role, signInId, tokenVersion }) {
      const { kid, privateKey } = keys.current()
      const issuedAt = Math.floor(nowMs() / 1000)
      return new SignJWT({ kind, role, sid: signInId, ver: tokenVersion })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(CHAT_API_AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_LIFETIME_MS / 1000)
        .sign(privateKey)
    },

    async verify(token) {
      const known = remembered.get(token)
      if (known !== undefined) {
        const isValid = nowMs() < known.expiresAtMs && keys.find(known.kid) !== undefined
        if (isValid) return known.principal
        remembered.delete(token)
      }
      if (token.length > LONGEST_TOKEN || !SHAPE.test(token)) return null
      try {
        return await check(token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) return null
      }
      if (!(await keys.loadForUnknown())) return null
      return check(token).catch(() => null)
    },
  }
}

interface Remembered {
  readonly principal: Principal
  readonly expiresAtMs: number
  readonly kid: string
}
