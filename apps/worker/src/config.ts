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
    /** Optional: with it the retention job also drops months that are empty, which only the tables' owner may. */
    DATABASE_OWNER_URL: url(
      /^postgres(ql)?$/,
      'postgres://owner:password@host/database',
    ).optional(),
    REDIS_URL: url(/^rediss?$/, 'redis://host:6379'),
    ROUTER_URL: url(/^https?$/, 'http://127.0.0.1:4100'),
    PSEUDONYM_KEY: z.string().min(32, 'needs at least 32 characters'),
    ...storageEnvironment,
  })
  .superRefine(checkStorage, ALONGSIDE_OTHER_PROBLEMS)
  .superRefine(
    refuseInProduction({ service: 'worker', secrets: ['PSEUDONYM_KEY'], needsOwnKey: true }),
    ALONGSIDE_OTHER_PROBLEMS,
  )
