import { createLocalJWKSet, jwtVerify } from 'jose'
import type { JSONWebKeySet } from 'jose'
import { ServiceError } from '../service-error.ts'
import { TOKEN_TYPE } from './sign.ts'

/** A token is checked once and remembered until it expires: a signature costs 0.2 ms, a request comes often. */
const REMEMBERED_LIMIT = 1_000

export interface ServiceTokenVerifier {
  /** @throws {ServiceError} 401 `invalid-service-token` */
  verify(token: string): Promise<{ service: string }>
}

export function createServiceTokenVerifier(options: {
  publicJwks: JSONWebKeySet
  audience: string
  now?: () => number
}): ServiceTokenVerifier {
  const { publicJwks, audience, now = Date.now } = options
  const keys = createLocalJWKSet(publicJwks)
  const remembered = new Map<string, { service: string; expiresAt: number }>()
  return {
    async verify(token) {
      const known = remembered.get(token)
      if (known !== undefined && now() < known.expiresAt) return { service: known.service }
      remembered.delete(token)
      try {
        const { payload, protectedHeader } = await jwtVerify(token, keys, {
          audience,
          algorithms: ['EdDSA'],
          typ: TOKEN_TYPE,
          requiredClaims: ['exp', 'iss'],
          currentDate: new Date(now()),
          clockTolerance: 5,
        })
        const service = payload.iss!
        if (service !== protectedHeader.kid) throw new Error('signed with another service’s key')
        if (remembered.size >= REMEMBERED_LIMIT) remembered.clear()
        remembered.set(token, { service, expiresAt: payload.exp! * 1000 })
        return { service }
      } catch (error) {
        throw new ServiceError({
          code: 'invalid-service-token',
          status: 401,
          title: 'This service token is not valid here.',
          cause: error,
        })
      }
    },
  }
}
