import { ROUTER_AUDIENCE } from '@brainlyx/router-contract'
import { ServiceError, createServiceTokenVerifier } from '@brainlyx/service-kit'
import { hash } from 'node:crypto'

/** Who calls models: one of our own services, or the holder of a key from the configuration. */
export type Caller =
  | { readonly kind: 'service'; readonly service: string }
  /** `keyDigest`: SHA-256 of the key, in hex. */
  | { readonly kind: 'api-key'; readonly keyDigest: string }

/** A name of its own, for what Redis keeps of a caller. */
export function callerName(caller: Caller): string {
  return JSON.stringify([
    caller.kind,
    caller.kind === 'service' ? caller.service : caller.keyDigest,
  ])
}

/** `hint` tells such keys apart in the log: the digest's first letters. */
export interface AdminKeyHolder {
  readonly kind: 'admin-key'
  readonly hint: string
}

/**
 * An administrator's key opens what is asked for with the purpose `administration` and nothing else: who forgets to
 * name it forgets it on the safe side.
 * @throws {ServiceError} 401, 403 for an administrator's key elsewhere
 */
export interface Authenticate {
  (authorization: string | undefined): Promise<Caller>
  (authorization: string | undefined, purpose: 'administration'): Promise<Caller | AdminKeyHolder>
}

/**
 * @param apiKeyDigests SHA-256 of each key that may call models, 64 lower-case hex digits
 * @param adminKeyDigests the same of keys that may administer, none of them among the others
 */
export function createAuthenticator(options: {
  publicJwks: Parameters<typeof createServiceTokenVerifier>[0]['publicJwks']
  apiKeyDigests: readonly string[]
  adminKeyDigests?: readonly string[]
}): Authenticate {
  const verifier = createServiceTokenVerifier({
    publicJwks: options.publicJwks,
    audience: ROUTER_AUDIENCE,
  })
  // Looked up by digest: how long that takes tells nothing about a key.
  const apiKeys = new Set(options.apiKeyDigests)
  const adminKeys = new Set(options.adminKeyDigests)
  const authenticate = async (
    authorization: string | undefined,
    purpose?: 'administration',
  ): Promise<Caller | AdminKeyHolder> => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) {
      throw refusal(
        'missing-credentials',
        'Send `authorization: Bearer …` with a key or a service token.',
      )
    }
    const digest = hash('sha256', token)
    if (adminKeys.has(digest)) {
      if (purpose === 'administration') return { kind: 'admin-key', hint: digest.slice(0, 8) }
      throw new ServiceError({
        code: 'not-permitted',
        status: 403,
        title: 'This caller may not do this.',
        detail: 'This key administers the router. It calls no models: use another for that.',
      })
    }
    if (apiKeys.has(digest)) return { kind: 'api-key', keyDigest: digest }
    if (token.split('.').length === 3) {
      return { kind: 'service', service: (await verifier.verify(token)).service }
    }
    throw refusal('invalid-api-key', 'This key is not accepted here.')
  }
  return authenticate as Authenticate
}

function refusal(code: string, detail: string): ServiceError {
  return new ServiceError({ code, status: 401, title: 'Who calls is not known.', detail })
}
