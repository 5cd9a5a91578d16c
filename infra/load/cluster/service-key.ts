import { generateKeyPairSync } from 'node:crypto'

export interface ServiceKey {
  /** For the environment of the service that calls. */
  readonly privateJwk: string
  readonly publicJwk: object
}

/** @param kid the name of the service that calls with it */
export function createServiceKey(kid: string): ServiceKey {
  const pair = generateKeyPairSync('ed25519')
  return {
    privateJwk: JSON.stringify({ ...pair.privateKey.export({ format: 'jwk' }), kid }),
    publicJwk: { ...pair.publicKey.export({ format: 'jwk' }), kid },
  }
}
