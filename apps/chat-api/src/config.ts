import { databaseKeys } from '@brainlyx/db'
import { ALONGSIDE_OTHER_PROBLEMS, serviceEnvironment } from '@brainlyx/service-kit'
import type { ServiceEnvironment } from '@brainlyx/service-kit'
import { checkStorage, storageEnvironment } from '@brainlyx/storage'
import { z } from 'zod'

const Url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  })

/** The environment of chat-api; docs/architecture.md explains each key. */
export const Config = serviceEnvironment({ defaultPort: 4000 })
  .extend({
    DATABASE_URL: Url(['postgres:', 'postgresql:']),
    ...databaseKeys({ poolSize: 24 }),
    REDIS_URL: Url(['redis:', 'rediss:']),
    ROUTER_URL: Url(['http:', 'https:']),
    PUBLIC_ORIGIN: Url(['http:', 'https:']).transform((text) => new URL(text).origin),
    AUTH_SECRET: z.string().min(32, 'needs at least 32 characters'),
    PSEUDONYM_KEY: z.string().min(32, 'needs at least 32 characters'),
    ...storageEnvironment,
    COOKIE_PREFIX: z
      .string()
      .regex(/^[\w-]{1,40}$/, 'may hold letters, digits, - and _')
      .default('brainlyx'),
    TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(8).default(0),
  })
  .superRefine(checkStorage, ALONGSIDE_OTHER_PROBLEMS)
  .superRefine((config: Partial<ProductionKeys>, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message })
    if (config.BRAINLYX_MODE !== 'production') return
    if (config.PUBLIC_ORIGIN?.startsWith('https:') === false)
      refuse('PUBLIC_ORIGIN', 'must be https in production')
    if (config.AUTH_SECRET !== undefined && new Set(config.AUTH_SECRET).size < 10)
      refuse('AUTH_SECRET', 'is too simple for production; use random characters')
    if (config.SERVICE_TOKEN_PRIVATE_JWK === undefined) {
      refuse('SERVICE_TOKEN_PRIVATE_JWK', 'is needed in production, to speak to provider-router')
    }
  }, ALONGSIDE_OTHER_PROBLEMS)
export type Config = z.infer<typeof Config>

interface ProductionKeys extends ServiceEnvironment {
  PUBLIC_ORIGIN: string
  AUTH_SECRET: string
}
