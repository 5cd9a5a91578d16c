import { databaseKeys } from '@brainlyx/db'
import {
  ALONGSIDE_OTHER_PROBLEMS,
  refuseInProduction,
  serviceEnvironment,
} from '@brainlyx/service-kit'
import { checkStorage, storageEnvironment } from '@brainlyx/storage'
import type { ServiceEnvironment } from '@brainlyx/service-kit'
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
    /** Whom mails come from. Set where the worker has SMTP_URL: this says that mail is sent. */
    MAIL_FROM: z.string().optional(),
    REQUIRE_VERIFIED_EMAIL: z.enum(['true', 'false']).optional(),
    /** `open`, `invitation`, `closed`, or `domain:` and a list; until an administrator sets other rules. */
    SIGN_UP: z
      .string()
      .regex(
        /^(?:open|invitation|closed|domain:(?:[a-z0-9-]+\.)+[a-z0-9-]+(?:,(?:[a-z0-9-]+\.)+[a-z0-9-]+)*)$/,
        'must be open, invitation, closed, or domain:example.org,example.com',
      )
      .default('open')
      .transform((text) => {
        const [mode, domains = ''] = text.split(':')
        return {
          mode: mode as 'open' | 'invitation' | 'domain' | 'closed',
          domains: domains === '' ? [] : domains.split(','),
        }
      }),
    /** `auto`: as long as answers are simulated. */
    GUESTS: z.enum(['auto', 'on', 'off']).default('auto'),
    /** Providers to sign in with, as JSON or YAML. */
    AUTH_PROVIDERS: z.string().optional(),
    AUTH_PROVIDERS_FILE: z.string().optional(),
    TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(8).default(0),
  })
  .superRefine(checkStorage, ALONGSIDE_OTHER_PROBLEMS)
  .superRefine((config: Partial<AccountKeys>, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message })
    if (config.AUTH_PROVIDERS !== undefined && config.AUTH_PROVIDERS_FILE !== undefined)
      refuse('AUTH_PROVIDERS_FILE', 'cannot be set beside AUTH_PROVIDERS')
    if (config.BRAINLYX_MODE !== 'production') return
    const needsMail = config.REQUIRE_VERIFIED_EMAIL === 'true' || config.SIGN_UP?.mode === 'domain'
    if (needsMail && config.MAIL_FROM === undefined)
      refuse('MAIL_FROM', 'is needed, since addresses are to be confirmed')
  }, ALONGSIDE_OTHER_PROBLEMS)
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

interface AccountKeys extends ServiceEnvironment {
  MAIL_FROM: string | undefined
  REQUIRE_VERIFIED_EMAIL: 'true' | 'false' | undefined
  SIGN_UP: { mode: string }
  AUTH_PROVIDERS: string | undefined
  AUTH_PROVIDERS_FILE: string | undefined
}
