import { ALONGSIDE_OTHER_PROBLEMS, serviceEnvironment } from '@brainlyx/service-kit'
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
  .refine(
    (environment) =>
      environment.BRAINLYX_MODE === 'local' || environment.SERVICE_TOKEN_PRIVATE_JWK !== undefined,
    {
      ...ALONGSIDE_OTHER_PROBLEMS,
      path: ['SERVICE_TOKEN_PRIVATE_JWK'],
      message: 'is needed in production',
    },
  )
export type WebConfiguration = z.infer<typeof WebConfiguration>
