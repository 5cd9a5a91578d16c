import { ProviderKind } from '@brainlyx/router-contract'
import { z } from 'zod'

const Milliseconds = z.int().positive().max(3_600_000)

/** All optional, since a deployment's are laid over its provider's, and those over the file's. */
const TimeLimitsInput = z.strictObject({
  /** Until the first piece of a streamed answer. */
  firstTokenMs: Milliseconds.optional(),
  /** Between two pieces of it. */
  idleMs: Milliseconds.optional(),
  /** The whole call. */
  totalMs: Milliseconds.optional(),
})

/** US dollars a million tokens, as price lists print them. */
const PriceInput = z.strictObject({
  inputUsdPerMillion: z.number().nonnegative(),
  outputUsdPerMillion: z.number().nonnegative(),
  cachedInputUsdPerMillion: z.number().nonnegative().optional(),
  cacheWriteUsdPerMillion: z.number().nonnegative().optional(),
})
export type PriceInput = z.infer<typeof PriceInput>

/** Which of OpenAI's two APIs a provider of kind `openai` is spoken to by. */
const OpenAiApi = z.enum(['chat-completions', 'responses'])

const Id = z.string().regex(/^[\w][\w./:@+-]{0,127}$/, 'may hold letters, digits and . _ - / : @ +')
const HttpUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    message: 'must be a URL that begins with http:// or https://',
  })
  .transform((text) => text.replace(/\/+$/, ''))

const ProviderInput = z.strictObject({
  kind: ProviderKind,
  /** What people read. */
  name: z.string().min(1).max(80),
  baseUrl: HttpUrl,
  api: OpenAiApi.optional(),
  /** In the order they are used. An empty one counts as not set. */
  keys: z.array(z.string()).max(32).default([]),
  /** Where a person makes a key. */
  keyPage: z.string().default(''),
  timeouts: TimeLimitsInput.optional(),
})
export type ProviderInput = z.infer<typeof ProviderInput>

const DeploymentInput = z.strictObject({
  /** `provider/model`; ends with `/*` where any model of the provider may be named. */
  id: z.string().regex(/^[\w][\w./:@+-]{0,127}(?:\/\*)?$/, 'is not a name of a deployment'),
  provider: z.string(),
  /** The provider's own name of the model, or `*`. */
  model: z.string().min(1).max(256),
  name: z.string().min(1).max(80).optional(),
  api: OpenAiApi.optional(),
  /** Needed where the catalogue has none; zero is allowed. */
  price: PriceInput.optional(),
  contextTokens: z.int().positive().optional(),
  outputTokens: z.int().positive().optional(),
  capabilities: z
    .strictObject({
      images: z.boolean(),
      tools: z.boolean(),
      reasoning: z.boolean(),
      prefill: z.boolean(),
    })
    .partial()
    .optional(),
  timeouts: TimeLimitsInput.optional(),
})
export type DeploymentInput = z.infer<typeof DeploymentInput>

const VirtualModelInput = z.strictObject({
  name: z.string().min(1).max(80),
  /** Ids, in the order they are tried. */
  deployments: z.array(z.string()).min(1),
})

/** The router's YAML file. */
export const RouterFile = z.strictObject({
  /** All attempts at one request together. */
  deadlineMs: Milliseconds.default(300_000),
  timeouts: TimeLimitsInput.default({}),
  providers: z.record(Id, ProviderInput),
  deployments: z.array(DeploymentInput).min(1),
  models: z.record(Id, VirtualModelInput).default({}),
})
export type RouterFile = z.infer<typeof RouterFile>
