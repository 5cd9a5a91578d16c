import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'

/** Integer pico-dollars (10⁻¹² US dollars) as a decimal string. */
const PicoUsd = z.string().regex(/^\d{1,18}$/, 'a whole number of pico-dollars')

const KeyName = z.string().trim().min(1).max(80)
/** Models by the ids of the list of models; null: all. */
const KeyModels = z.array(z.string().min(1).max(256)).min(1).max(100).nullable()

export const ApiKeyState = z.enum(['active', 'replaced', 'expired', 'revoked'])
export type ApiKeyState = z.infer<typeof ApiKeyState>

/** A key by which a program calls models as its user. The key itself is shown once, when it is made. */
export const ApiKey = z.object({
  id: Identifier,
  name: z.string(),
  /** Its first letters, to know it by. */
  prefix: z.string(),
  /** `replaced`: another follows it, and it counts until `expiresAt`. */
  state: ApiKeyState,
  models: z.array(z.string()).nullable(),
  /** What it may spend in a month (UTC); null: what its user may. */
  monthlyBudgetPicoUsd: PicoUsd.nullable(),
  createdAt: Timestamp,
  /** null: never. */
  expiresAt: Timestamp.nullable(),
  /** To the minute; null: never. */
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  /** The key that follows it. */
  replacedBy: Identifier.nullable(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const ApiKeyList = z.object({
  /** The newest first. */
  keys: z.array(ApiKey),
})
export type ApiKeyList = z.infer<typeof ApiKeyList>

export const CreateApiKeyInput = z.object({
  name: KeyName,
  models: KeyModels.default(null),
  monthlyBudgetPicoUsd: PicoUsd.nullable().default(null),
  /** Days from now; null: it does not expire. */
  expiresInDays: z.int().min(1).max(3650).nullable().default(null),
})
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>

export const ChangeApiKeyInput = z
  .object({
    name: KeyName,
    models: KeyModels,
    monthlyBudgetPicoUsd: PicoUsd.nullable(),
    expiresInDays: z.int().min(1).max(3650).nullable(),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'says nothing that is to be changed')
export type ChangeApiKeyInput = z.infer<typeof ChangeApiKeyInput>

export const RotateApiKeyInput = z.object({
  /** For so long the former key counts beside the new one; 0: it ends at once. */
  overlapDays: z.number().min(0).max(7),
})
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>

/** The only answer that holds a whole key. */
export const NewApiKey = z.object({
  key: ApiKey,
  /** Keep it now: nobody can show it again. */
  secret: z.string(),
})
export type NewApiKey = z.infer<typeof NewApiKey>
