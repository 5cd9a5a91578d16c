import { ProviderKind } from '@brainlyx/router-contract'
import { z } from 'zod'

const Milliseconds = z.int().positive().max(3_600_000)

/** All optional, since a deployment's are laid over its provider's, and those over the file's. */
const TimeLimitsInput = z.strictObject({
  connectMs: Milliseconds.optional().describe('Until the provider has taken the connection.'),
  firstTokenMs: Milliseconds.optional().describe('Until the first piece of a streamed answer.'),
  idleMs: Milliseconds.optional().describe('Between two pieces of a streamed answer.'),
  totalMs: Milliseconds.optional().describe('The whole of a call that streams.'),
  wholeMs: Milliseconds.optional().describe(
    'The whole of a call that does not stream, and so cannot be told from a silent one.',
  ),
})

/** What a provider allows; absent: not limited by us (what its headers say counts all the same). */
const LimitsInput = z.strictObject({
  requestsPerMinute: z.int().positive().optional(),
  tokensPerMinute: z.int().positive().optional().describe('Input and output together.'),
  concurrency: z.int().positive().optional().describe('Calls at once.'),
})
export type LimitsInput = z.infer<typeof LimitsInput>

export const Tier = z.enum(['small', 'medium', 'large'])
export type Tier = z.infer<typeof Tier>

/** US dollars a million tokens, as price lists print them. */
const PriceInput = z.strictObject({
  inputUsdPerMillion: z.number().nonnegative(),
  outputUsdPerMillion: z.number().nonnegative(),
  cachedInputUsdPerMillion: z.number().nonnegative().optional(),
  cacheWriteUsdPerMillion: z.number().nonnegative().optional(),
})
export type PriceInput = z.infer<typeof PriceInput>

const OpenAiApi = z
  .enum(['chat-completions', 'responses'])
  .describe('Which of OpenAI’s two APIs to speak; for the kind openai only.')

const Id = z.string().regex(/^[\w][\w./:@+-]{0,127}$/, 'may hold letters, digits and . _ - / : @ +')
export const Region = z
  .string()
  .regex(/^[a-z][a-z\d-]{0,31}$/, 'is not a name of a region, such as eu or us-east')
const NO_URL = 'must be a URL that begins with http:// or https://'
const HttpUrl = z
  .string()
  .regex(/^https?:\/\//, { error: NO_URL, abort: true })
  .refine((text) => URL.canParse(text), { error: NO_URL })
  .transform((text) => text.replace(/\/+$/, ''))

/** A key by itself, or with what is known of it. */
const KeyInput = z.union([
  z.string(),
  z.strictObject({
    key: z.string(),
    project: Id.optional().describe(
      'Keys of one project or organisation share its quotas: give them one name.',
    ),
    limits: LimitsInput.optional(),
  }),
])
export type KeyInput = z.infer<typeof KeyInput>

const ProviderInput = z.strictObject({
  kind: ProviderKind.describe(
    'How it is spoken to. Any server that speaks like OpenAI is of the kind openai.',
  ),
  name: z.string().min(1).max(80).describe('What people read.'),
  baseUrl: HttpUrl.describe('As its own documents write it; for the kind openai with the /v1.'),
  api: OpenAiApi.optional(),
  keys: z
    .array(KeyInput)
    .max(32)
    .default([])
    .describe(
      'Used in turn. ${NAME} is the environment’s, ${file:/path} a file’s, which is followed; an empty one counts as not set.',
    ),
  region: Region.optional().describe(
    'Where its endpoint is. A second region is a second provider, with its own base URL and keys.',
  ),
  residency: z
    .array(Region)
    .max(8)
    .default([])
    .describe(
      'Where its endpoint promises to keep what it is sent; refused for endpoints known to promise nothing.',
    ),
  limits: LimitsInput.optional().describe('Of each key, over all models.'),
  probe: z
    .strictObject({ everyMs: z.int().min(1_000).max(3_600_000) })
    .optional()
    .describe('One free call from time to time, while nobody else calls.'),
  keyPage: z.string().default('').describe('Where a person makes a key.'),
  timeouts: TimeLimitsInput.optional().describe('Of its deployments, laid over the file’s.'),
})
export type ProviderInput = z.infer<typeof ProviderInput>

const DeploymentInput = z.strictObject({
  id: z
    .string()
    .regex(/^[\w][\w./:@+-]{0,127}(?:\/\*)?$/, 'is not a name of a deployment')
    .describe('provider/model; ends with /* where any model of the provider may be named.'),
  provider: z.string().describe('A name from providers.'),
  model: z.string().min(1).max(256).describe('The provider’s own name of the model, or *.'),
  name: z.string().min(1).max(80).optional().describe('What people read.'),
  api: OpenAiApi.optional(),
  price: PriceInput.optional().describe(
    'In US dollars a million tokens. Needed where the catalogue has none; zero is allowed.',
  ),
  contextTokens: z.int().positive().optional().describe('Question and answer together.'),
  outputTokens: z.int().positive().optional().describe('The longest answer.'),
  capabilities: z
    .strictObject({
      images: z.boolean(),
      tools: z.boolean(),
      reasoning: z.boolean(),
      prefill: z.boolean().describe('Goes on from an unfinished answer of its own.'),
    })
    .partial()
    .optional()
    .describe('Laid over the catalogue’s.'),
  timeouts: TimeLimitsInput.optional().describe('Laid over its provider’s.'),
  limits: LimitsInput.optional().describe('Of each key, for this model.'),
  weight: z
    .number()
    .min(0)
    .max(1_000)
    .default(1)
    .describe('Its share under the strategy weighted.'),
  tier: Tier.optional().describe('How much can be asked of it; absent: by what its answers cost.'),
})
export type DeploymentInput = z.infer<typeof DeploymentInput>

export const Strategy = z.enum([
  'priority',
  'round-robin',
  'weighted',
  'least-loaded',
  'lowest-latency',
  'geographic',
  'cheapest',
  'auto',
])
export type Strategy = z.infer<typeof Strategy>

const DeploymentIds = z.array(z.string()).max(64)

const HedgeInput = z.strictObject({
  afterMs: Milliseconds.optional().describe(
    'After exactly so long; absent: as long as the deployment itself usually needs.',
  ),
  afterPercentile: z
    .number()
    .min(50)
    .max(99.9)
    .default(95)
    .describe('This share of its calls, in percent, has begun to answer by then.'),
  atLeastMs: Milliseconds.default(100).describe('But never sooner than this.'),
})
export type HedgeInput = z.infer<typeof HedgeInput>

const VirtualModelInput = z.strictObject({
  name: z.string().min(1).max(80).describe('What people read.'),
  strategy: Strategy.default('priority').describe(
    'priority: in the order given. cheapest: the cheapest that is good enough. auto: those of the tier that the request needs, in the order given, larger ones standing by.',
  ),
  deployments: DeploymentIds.min(1).describe('Ids of deployments.'),
  fallbacks: z
    .strictObject({
      contextTooLong: DeploymentIds,
      rateLimited: DeploymentIds,
      unavailable: DeploymentIds,
      any: DeploymentIds,
    })
    .partial()
    .default({})
    .describe('Who stands by after them, by what went wrong.'),
  residency: z
    .array(Region)
    .max(8)
    .optional()
    .describe('Only deployments whose provider promises one of these.'),
  hedge: HedgeInput.optional().describe(
    'Where the first deployment is slow to begin, the next is asked as well, and the first to answer is heard. Absent: not.',
  ),
})
export type VirtualModelInput = z.infer<typeof VirtualModelInput>

/** The router's YAML file. */
export const RouterFile = z.strictObject({
  deadlineMs: Milliseconds.default(300_000).describe('All attempts at one request together.'),
  maxAttempts: z.int().min(1).max(32).default(6).describe('Calls at most for one request.'),
  timeouts: TimeLimitsInput.default({}).describe('Of one call.'),
  retryBudget: z
    .strictObject({
      ratio: z.number().min(0).max(1).default(0.1).describe('This share of requests,'),
      minimumPerSecond: z
        .number()
        .min(0)
        .max(1_000)
        .default(3)
        .describe('and so many a second anyway.'),
    })
    .prefault({})
    .describe('What retries may add to the load of something that fails.'),
  keepResponsesHours: z
    .number()
    .min(0)
    .max(720)
    .default(24)
    .describe(
      'So long after its last use a response of the Responses API can be gone on from; 0: nothing is kept.',
    ),
  hedgeRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe(
      'At most this share of the requests that may be hedged is; see the hedge of a model.',
    ),
  breaker: z
    .strictObject({
      reduceAbove: z
        .number()
        .gt(0)
        .max(1)
        .default(0.02)
        .describe('Above this share of failures a deployment gets less to do.'),
      openAt: z
        .number()
        .gt(0)
        .max(1)
        .default(0.5)
        .describe('At this share of failures it gets nothing.'),
      consecutiveFailures: z
        .int()
        .min(1)
        .max(1_000)
        .default(5)
        .describe('After so many failures in a row it gets nothing.'),
      minimumCalls: z
        .int()
        .min(1)
        .max(10_000)
        .default(20)
        .describe('Shares of fewer calls say nothing.'),
      openMs: Milliseconds.default(30_000).describe(
        'Times how often it has opened in a row, up to longestOpenMs.',
      ),
      longestOpenMs: Milliseconds.default(300_000),
    })
    .prefault({})
    .describe('When a failing deployment is left alone.'),
  roundTripsMs: z
    .record(Region, z.record(Region, z.number().positive().max(60_000)))
    .default({})
    .describe(
      'Round trips in ms from callers’ regions to providers’ regions, for the strategy geographic.',
    ),
  style: z
    .enum(['brainlyx', 'raw'])
    .default('brainlyx')
    .describe('Answers get the house’s looks unless their caller asks for raw.'),
  sharing: z
    .boolean()
    .default(true)
    .describe('Identical requests in flight of one user share one call.'),
  unknownPrice: PriceInput.prefault({
    inputUsdPerMillion: 30,
    outputUsdPerMillion: 150,
  }).describe(
    'Taken from budgets where a wildcard names a model whose price nobody knows: rather too much.',
  ),
  fitImages: z
    .boolean()
    .default(true)
    .describe(
      'Images in a request are brought to the size that its provider looks at, and lose what says where and by what they were taken.',
    ),
  embeddingBatchMs: z
    .number()
    .min(0)
    .max(100)
    .default(3)
    .describe('Embedding calls that arrive within this time become one; 0: each goes by itself.'),
  providers: z.record(Id, ProviderInput).describe('Whom to call, and as whom.'),
  deployments: z.array(DeploymentInput).min(1).describe('A model at a provider, each.'),
  models: z
    .record(Id, VirtualModelInput)
    .default({})
    .describe('Names that stand for several deployments.'),
})
export type RouterFile = z.infer<typeof RouterFile>
