import { generateKeyPairSync } from 'node:crypto'

export interface ServiceKeys {
  /** A caller's own, as `SERVICE_TOKEN_PRIVATE_JWK`. */
  readonly privateJwk: (service: string) => string
  /** Of all callers, as `SERVICE_TOKEN_PUBLIC_JWKS`. */
  readonly publicJwks: string
}

/** Ed25519 keys for the services that call others. */
export function makeServiceKeys(services: readonly string[]): ServiceKeys {
  const pairs = new Map(services.map((service) => [service, generateKeyPairSync('ed25519')]))
  return {
    privateJwk: (service) =>
      JSON.stringify({ ...pairs.get(service)?.privateKey.export({ format: 'jwk' }), kid: service }),
    publicJwks: JSON.stringify({
      keys: [...pairs].map(([kid, { publicKey }]) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid,
      })),
    }),
  }
}
