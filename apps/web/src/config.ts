import {
  ALONGSIDE_OTHER_PROBLEMS,
  refuseInProduction,
  serviceEnvironment,
} from '@brainlyx/service-kit'
import { z } from 'zod'

const DEFAULT_PORT = 3000

const Origin = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => new URL(text).pathname === '/',
    'must be an origin such as https://chat.example',
  )
  .transform((text) => new URL(text).origin)

/** The web server's environment; docs/architecture.md names every key. */
export const WebConfiguration = serviceEnvironment({ defaultPort: DEFAULT_PORT })
  .extend({
    CHAT_API_URL: z.url({ protocol: /^https?$/ }),
    /** What people type; forms are only taken from pages of this origin. */
    PUBLIC_ORIGIN: Origin,
    /** How many proxies of ours stand in front, each adding one address to `x-forwarded-for`. */
    TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  })
  .superRefine(
    refuseInProduction({ service: 'web', origin: 'PUBLIC_ORIGIN', needsOwnKey: true }),
    ALONGSIDE_OTHER_PROBLEMS,
  )
export type WebConfiguration = z.infer<typeof WebConfiguration>
