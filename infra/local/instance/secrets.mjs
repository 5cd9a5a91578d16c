import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'

/** Long enough for every use here, and safe in a URL. */
export function randomSecret() {
  return randomBytes(32).toString('base64url')
}

/**
 * Another secret for another purpose, so that a clone that was made before it has it, too.
 * @param {string} secret
 * @param {string} purpose
 */
export function derivedSecret(secret, purpose) {
  return createHmac('sha256', secret).update(purpose).digest('base64url')
}

/**
 * A caller's Ed25519 key; `kid` is the service's name.
 * @param {string} service
 */
export function serviceKey(service) {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { ...privateKey.export({ format: 'jwk' }), kid: service, alg: 'EdDSA', use: 'sig' }
}

/**
 * The set of public keys that a service accepts callers by.
 * @param {readonly Record<string, unknown>[]} privateJwks
 */
export function publicKeySet(privateJwks) {
  return {
    keys: privateJwks.map(({ kty, crv, x, kid, alg, use }) => ({ kty, crv, x, kid, alg, use })),
  }
}
