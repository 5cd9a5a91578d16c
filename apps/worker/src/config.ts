import { databaseKeys } from '@brainlyx/db'
import {
  ALONGSIDE_OTHER_PROBLEMS,
  refuseInProduction,
  serviceEnvironment,
} from '@brainlyx/service-kit'
import { checkStorage, storageEnvironment } from '@brainlyx/storage'
import { z } from 'zod'

const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be a URL such as ${example}` })

/** The worker listens nowhere but on its operations port: 4201, the one after this. */
const DEFAULT_PORT = 4200

/** The worker's environment. */
export const workerEnvironment = serviceEnvironment({ defaultPort: DEFAULT_PORT })
  .extend({
    DATABASE_URL: url(/^postgres(ql)?$/, 'postgres://user:password@host/database'),
    ...databaseKeys({ poolSize: 16 }),
    /** Optional: with it months that are over are packed and, once empty, dropped, which only the tables' owner may. */
    DATABASE_OWNER_URL: url(
      /^postgres(ql)?$/,
      'postgres://owner:password@host/database',
    ).optional(),
    REDIS_URL: url(/^rediss?$/, 'redis://host:6379'),
    ROUTER_URL: url(/^https?$/, 'http://127.0.0.1:4100'),
    /** Exactly what people type; links in mails begin with it. */
    PUBLIC_ORIGIN: url(/^https?$/, 'https://chat.example.org').transform(
      (text) => new URL(text).origin,
    ),
    /** Optional: without it a laptop shows mails on a page, and other installations send none. */
    SMTP_URL: url(/^smtps?$/, 'smtps://user:password@host').optional(),
    /** Whom mails come from: `Brainlyx <chat@example.org>`. */
    MAIL_FROM: z
      .string()
      .regex(/^[^\r\n]*@[^\r\n\s]+$/, 'must be an e-mail address')
      .optional(),
    PSEUDONYM_KEY: z.string().min(32, 'needs at least 32 characters'),
    ...storageEnvironment,
  })
  .superRefine(checkStorage, ALONGSIDE_OTHER_PROBLEMS)
  .superRefine(({ SMTP_URL, MAIL_FROM }: Partial<MailKeys>, context) => {
    if ((SMTP_URL === undefined) === (MAIL_FROM === undefined)) return
    const missing = SMTP_URL === undefined ? 'SMTP_URL' : 'MAIL_FROM'
    context.addIssue({
      code: 'custom',
      path: [missing],
      message: 'is needed: SMTP_URL and MAIL_FROM are set together',
    })
  }, ALONGSIDE_OTHER_PROBLEMS)
  .superRefine(
    refuseInProduction({ service: 'worker', secrets: ['PSEUDONYM_KEY'], needsOwnKey: true }),
    ALONGSIDE_OTHER_PROBLEMS,
  )
export type WorkerEnvironment = z.infer<typeof workerEnvironment>

interface MailKeys {
  SMTP_URL: string | undefined
  MAIL_FROM: string | undefined
}
