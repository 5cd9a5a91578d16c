import { databaseKeys } from '@brainlyx/db'
import {
  ALONGSIDE_OTHER_PROBLEMS,
  refuseInProduction,
  serviceEnvironment,
} from '@brainlyx/service-kit'
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
  .superRefine(
    refuseInProduction({
      service: 'chat-api',
      secrets: ['AUTH_SECRET', 'PSEUDONYM_KEY'],
      origin: 'PUBLIC_ORIGIN',
      needsOwnKey: true,
    }),
    ALONGSIDE_OTHER_PROBLEMS,
  )
export type Config = z.infer<typeof Config>
