import {
  ALONGSIDE_OTHER_PROBLEMS,
  refuseInProduction,
  serviceEnvironment,
} from '@brainlyx/service-kit'
import type { ServiceEnvironment } from '@brainlyx/service-kit'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { Region } from './config/router-file.ts'

const DigestList = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim().toLowerCase()))
  .pipe(z.array(z.string().regex(/^[\da-f]{64}$/, 'is not a list of SHA-256 digests in hex')))

/** The environment of provider-router; docs/architecture.md explains each key. */
export const Config = serviceEnvironment({ defaultPort: 4100 })
  .extend({
    ROUTER_CONFIG: z.string().default(fileURLToPath(new URL('../router.yaml', import.meta.url))),
    PROVIDER_KEYS_FILE: z.string().optional(),
    SIMULATOR_URL: z.url({ protocol: /^https?$/ }).optional(),
    ROUTER_API_KEYS_SHA256: DigestList.default([]),
    ROUTER_ADMIN_KEYS_SHA256: DigestList.default([]),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    ROUTER_REGION: Region.optional(),
  })
  .superRefine(
    refuseInProduction({ service: 'provider-router', needsOwnKey: false }),
    ALONGSIDE_OTHER_PROBLEMS,
  )
  .superRefine((config: Partial<OwnKeys>, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message })
    const apiKeys = new Set(config.ROUTER_API_KEYS_SHA256 ?? [])
    if (config.ROUTER_ADMIN_KEYS_SHA256?.some((digest) => apiKeys.has(digest)) === true) {
      refuse(
        'ROUTER_ADMIN_KEYS_SHA256',
        'holds a key of ROUTER_API_KEYS_SHA256: one that calls models must not administer',
      )
    }
    if (config.BRAINLYX_MODE !== 'production') return
    if (config.SIMULATOR_URL !== undefined) {
      refuse('SIMULATOR_URL', 'must not be set in production: simulated answers are no answers')
    }
    const nobodyMayCall =
      config.SERVICE_TOKEN_PUBLIC_JWKS?.keys?.length === 0 &&
      config.ROUTER_API_KEYS_SHA256?.length === 0
    if (nobodyMayCall) {
      refuse(
        'SERVICE_TOKEN_PUBLIC_JWKS',
        'is needed in production (or ROUTER_API_KEYS_SHA256): without either nobody may call',
      )
    }
  }, ALONGSIDE_OTHER_PROBLEMS)
export type Config = z.infer<typeof Config>

interface OwnKeys extends ServiceEnvironment {
  SIMULATOR_URL: string
  ROUTER_API_KEYS_SHA256: string[]
  ROUTER_ADMIN_KEYS_SHA256: string[]
}
