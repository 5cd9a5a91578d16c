import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'
import { TurnState } from './turn.ts'

/** Something that went wrong, without anybody's words. */
export const Failure = z.object({
  id: Identifier,
  createdAt: Timestamp,
  traceId: z.string(),
  service: z.string(),
  code: z.string(),
  status: z.int(),
  /** Method and pattern of the route; `turn`: an answer that failed. */
  route: z.string(),
  /** The user's pseudonym. */
  actor: z.string().nullable(),
  turnId: z.string().nullable(),
})
export type Failure = z.infer<typeof Failure>

export const FailureGroup = z.object({
  code: z.string(),
  status: z.int(),
  route: z.string(),
  count: z.int().positive(),
  users: z.int().nonnegative(),
  lastAt: Timestamp,
  lastTraceId: z.string(),
})
export type FailureGroup = z.infer<typeof FailureGroup>

/** `GET /admin/failures`: what failed in the last day, as far as it was written down. */
export const FailureOverview = z.object({
  since: Timestamp,
  groups: z.array(FailureGroup),
  latest: z.array(Failure),
})
export type FailureOverview = z.infer<typeof FailureOverview>

/** A trace id as an error shows it, or the id of a turn. */
export const FailureReference = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^(?:[\da-f]{32}|[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})$/,
    'is neither a trace id (32 digits and letters from a to f) nor the id of a turn',
  )

/** One call of a provider, from the ledger. */
export const FailedAttempt = z.object({
  id: z.string(),
  createdAt: Timestamp,
  epoch: z.int(),
  deployment: z.string(),
  provider: z.string(),
  model: z.string(),
  state: z.enum(['announced', 'completed', 'failed', 'aborted']),
  /** Its code and status; what the provider wrote is not shown. */
  error: z.object({ code: z.string(), status: z.int().nullable() }).nullable(),
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  estimated: z.boolean().nullable(),
  costPicoUsd: z.string().nullable(),
  timeToFirstTokenMs: z.number().nullable(),
  durationMs: z.number().nullable(),
})
export type FailedAttempt = z.infer<typeof FailedAttempt>

/** Why the router went where it went. */
export const FailedDecision = z.object({
  id: z.string(),
  at: Timestamp,
  model: z.string(),
  strategy: z.string(),
  order: z.array(z.object({ deployment: z.string(), why: z.string() })),
  dropped: z.array(z.object({ deployment: z.string(), why: z.string() })),
  steps: z.array(
    z.object({ afterAttempts: z.int(), what: z.string(), deployment: z.string().optional() }),
  ),
  /** `running`, `answered by …`, `failed: …`, `abandoned`, `shared`. */
  outcome: z.string(),
})
export type FailedDecision = z.infer<typeof FailedDecision>

export const FailedTurn = z.object({
  id: z.string(),
  /** Whose it is, for the page of the user. */
  userId: Identifier,
  state: TurnState,
  finish: z.string().nullable(),
  model: z.string(),
  problem: z
    .object({ code: z.string(), title: z.string(), status: z.int(), retryable: z.boolean() })
    .nullable(),
  /** How often it changed hands, counted from 1, and how many of its owners died over it. */
  epoch: z.int(),
  crashes: z.int(),
  owner: z.string().nullable(),
  createdAt: Timestamp,
  stopRequestedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  attempts: z.array(FailedAttempt),
})
export type FailedTurn = z.infer<typeof FailedTurn>

/** `GET /admin/failures/:reference`. */
export const FailureExplanation = z.object({
  reference: z.string(),
  /** In the order in which they happened; none where it was too long ago, or too much failed to note it all. */
  failures: z.array(Failure),
  turns: z.array(FailedTurn),
  decisions: z.array(FailedDecision),
})
export type FailureExplanation = z.infer<typeof FailureExplanation>
