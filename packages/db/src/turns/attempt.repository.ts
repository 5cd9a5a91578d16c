import { sql } from 'kysely'
import type { Kysely, RawBuilder } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { AttemptError, AttemptRow } from '../tables/attempts.ts'
import { madeAfter } from '../partitions/time-window.ts'
import type { Database } from '../tables/database.ts'
import { currentUserId } from '../users/merge-guest.ts'

export interface AnnouncedAttempt {
  /** The router's. */
  attemptId: string
  userId: string
  turnId: string
  /** Of a call by an API key, whose own id `turnId` is then. */
  apiKeyId?: string | undefined
  epoch: number
  deployment: string
  provider: string
  model: string
  /** What it costs where nobody hears how it ends; absent: not told. */
  price?: { inputPicoUsdPerToken: bigint; outputPicoUsdPerToken: bigint } | undefined
}

export interface SettledAttempt {
  attemptId: string
  userId: string
  turnId: string
  /** Of whoever settles it. */
  epoch: number
  outcome: 'completed' | 'failed' | 'aborted'
  rawFinish: string | null
  usage: {
    inputTokens: number
    outputTokens: number
    cachedInputTokens: number
    cacheWriteTokens: number
    reasoningTokens: number
    estimated: boolean
  } | null
  costPicoUsd: bigint | null
  timeToFirstTokenMs: number | null
  durationMs: number | null
  error: AttemptError | null
}

/**
 * Writes the ledger's row before the provider is called. Announcing it again changes nothing, and so does a process
 * whose turn another one has taken over. The lock keeps it from a user who is just being deleted.
 */
export async function announceAttempt(
  db: Kysely<Database>,
  attempt: AnnouncedAttempt,
): Promise<void> {
  const { attemptId, userId, turnId, apiKeyId, epoch, deployment, provider, model, price } = attempt
  const { rows } = await sql<{ mergedInto: string | null }>`
    with holder as (select merged_into from users where id = ${userId}::uuid for key share),
    announced as (
      insert into attempts
        (id, created_at, user_id, turn_id, purpose, api_key_id, epoch, deployment, provider, model, state,
          input_pico_usd_per_token, output_pico_usd_per_token)
      select
        ${attemptId}::uuid, ${timestampOf(attemptId)}::timestamptz, ${userId}::uuid,
        ${turnId}::uuid, ${apiKeyId === undefined ? 'turn' : 'api'}, ${apiKeyId ?? null}::uuid,
        ${epoch}, ${deployment}, ${provider}, ${model}, 'announced',
        ${price?.inputPicoUsdPerToken ?? null}::bigint, ${price?.outputPicoUsdPerToken ?? null}::bigint
      from holder
      where merged_into is null and ${isNotTakenOver(attempt, sql`${userId}::uuid`)}
      on conflict (id, created_at) do nothing
    )
    select merged_into from holder
  `.execute(asUser(db, userId))
  const mergedInto = rows[0]?.mergedInto ?? null
  if (mergedInto !== null) await announceAttempt(db, { ...attempt, userId: mergedInto })
}

/**
 * Completes the ledger's row, once: a second settlement changes nothing, nor does one by a process whose turn another
 * one has taken over. @returns whether it was this one
 */
export async function settleAttempt(
  db: Kysely<Database>,
  attempt: SettledAttempt,
): Promise<boolean> {
  if (await settleFor(db, attempt, attempt.userId)) return true
  const current = await currentUserId(db, attempt.userId)
  return current !== attempt.userId && settleFor(db, attempt, current)
}

export async function listAttempts(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string },
): Promise<AttemptRow[]> {
  const { from, until } = madeAfter(turn.turnId)
  return asUser(db, turn.userId)
    .selectFrom('attempts')
    .selectAll()
    .where('userId', '=', turn.userId)
    .where('turnId', '=', turn.turnId)
    .where('createdAt', '>=', from)
    .where('createdAt', '<=', until)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

async function settleFor(
  db: Kysely<Database>,
  attempt: SettledAttempt,
  userId: string,
): Promise<boolean> {
  const { numUpdatedRows } = await asUser(db, userId)
    .updateTable('attempts')
    .set({
      state: attempt.outcome,
      rawFinish: attempt.rawFinish,
      inputTokens: attempt.usage?.inputTokens ?? null,
      outputTokens: attempt.usage?.outputTokens ?? null,
      cachedInputTokens: attempt.usage?.cachedInputTokens ?? null,
      cacheWriteTokens: attempt.usage?.cacheWriteTokens ?? null,
      reasoningTokens: attempt.usage?.reasoningTokens ?? null,
      estimated: attempt.usage?.estimated ?? null,
      costPicoUsd: attempt.costPicoUsd,
      timeToFirstTokenMs: attempt.timeToFirstTokenMs,
      durationMs: attempt.durationMs,
      error: attempt.error === null ? null : JSON.stringify(attempt.error),
      settledAt: sql<Date>`now()`,
    })
    .where('id', '=', attempt.attemptId)
    .where('createdAt', '=', timestampOf(attempt.attemptId))
    .where('userId', '=', userId)
    .where('state', '=', 'announced')
    .where(isNotTakenOver(attempt, sql`attempts.user_id`))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What a turn cost is still written after its chat was deleted, and the turn with it. */
function isNotTakenOver(
  holder: { turnId: string; epoch: number },
  ownedBy: RawBuilder<unknown>,
): RawBuilder<boolean> {
  return sql<boolean>`
    not exists (
      select from turns
      where turns.user_id = ${ownedBy}
        and turns.id = ${holder.turnId}::uuid
        and turns.created_at = ${timestampOf(holder.turnId)}::timestamptz
        and turns.epoch > ${holder.epoch}
    )
  `
}
