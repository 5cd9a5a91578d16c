import { ROUTER_AUDIENCE } from '@brainlyx/router-contract'
import { ServiceError, createServiceTokenVerifier } from '@brainlyx/service-kit'
import { createHash } from 'node:crypto'

/** Who calls: one of our own services, or the holder of a key from the configuration. */
export type Caller =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'api-key' }

/** @throws {ServiceError} 401 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>

/** @param apiKeyDigests SHA-256 of each accepted key, 64 lower-case hex digits */
export function createAuthenticator(options: {
  publicJwks: Parameters<typeof createServiceTokenVerifier>[0]['publicJwks']
  apiKeyDigests: readonly string[]
}): Authenticate {
  const verifier = createServiceTokenVerifier({
    publicJwks: options.publicJwks,
    audience: ROUTER_AUDIENCE,
  })
  // Looked up by digest: how long that takes tells nothing about a key.
  const digests = new Set(options.apiKeyDigests)
  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) {
      throw refusal(
        'missing-credentials',
        'Send `authorization: Bearer …` with a key or a service token.',
      )
    }
    if (digests.has(createHash('sha256').update(token).digest('hex'))) return { kind: 'api-key' }
    if (token.split('.').length === 3) {
      return { kind: 'service', service: (await verifier.verify(token)).service }
    }
    throw refusal('invalid-api-key', 'This key is not accepted here.')
  }
}

function refusal(code: string, detail: string): ServiceError {
  return new ServiceError({ code, status: 401, title: 'Who calls is not known.', detail })
}
