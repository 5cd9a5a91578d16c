import { createPrivateKey, createPublicKey } from 'node:crypto'
import { z } from 'zod'

const Port = z.coerce.number().int().min(0).max(65_535)

const JsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' })
    return z.NEVER
  }
})

const Ed25519Public = {
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string(),
}
const PrivateJwk = JsonText.pipe(
  z
    .object({ ...Ed25519Public, d: z.string() })
    .refine(isKeyPair, 'is no key pair: x does not belong to d'),
)
const PublicJwks = JsonText.refine(
  (set) => !JSON.stringify(set).includes('"d":'),
  'has a private key in it',
).pipe(z.object({ keys: z.array(z.object(Ed25519Public)) }))

function isKeyPair(jwk: { x: string; d: string }): boolean {
  try {
    const key = createPublicKey(createPrivateKey({ key: { ...jwk }, format: 'jwk' }))
    return key.export({ format: 'jwk' })['x'] === jwk.x
  } catch {
    return false
  }
}

/** The keys that all services read; extend it with a service's own. */
export function serviceEnvironment(defaults: { defaultPort: number }): typeof shape {
  return shape.extend({
    PORT: Port.default(defaults.defaultPort),
  })
}

const shape = z.object({
  BRAINLYX_MODE: z.enum(['local', 'production']).default('production'),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  HOST: z.string().optional(),
  PORT: Port.default(0),
  OPS_HOST: z.string().default('127.0.0.1'),
  OPS_PORT: Port.optional(),
  SHUTDOWN_GRACE_MS: z.coerce.number().int().min(0).max(600_000).default(25_000),
  SHUTDOWN_PAUSE_MS: z.coerce.number().int().min(0).max(60_000).optional(),
  SERVICE_TOKEN_PRIVATE_JWK: PrivateJwk.optional(),
  SERVICE_TOKEN_PUBLIC_JWKS: PublicJwks.default({ keys: [] }),
})

export type ServiceEnvironment = z.infer<typeof shape>

/** Where to listen: loopback on a laptop, every interface in a container; operations on the port after. */
export function listenAddress(environment: ServiceEnvironment): {
  host: string
  port: number
  opsHost: string
  opsPort: number
} {
  return {
    host: environment.HOST ?? (environment.BRAINLYX_MODE === 'local' ? '127.0.0.1' : '0.0.0.0'),
    port: environment.PORT,
    opsHost: environment.OPS_HOST,
    opsPort: environment.OPS_PORT ?? (environment.PORT === 0 ? 0 : environment.PORT + 1),
  }
}
