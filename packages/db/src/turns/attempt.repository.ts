import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import type { AttemptError, AttemptRow } from '../tables/attempts.ts'
import type { Database } from '../tables/database.ts'
import { currentUserId } from '../users/merge-guest.ts'

export interface AnnouncedAttempt {
  /** The router's. */
  attemptId: string
  userId: string
  turnId: string
  epoch: number
  deployment: string
  provider: string
  model: string
}

export interface SettledAttempt {
  attemptId: string
  userId: string
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
  durationMs: number
  error: AttemptError | null
}

/** Writes the ledger's row before the provider is called. Announcing it again changes nothing. */
export async function announceAttempt(
  db: Kysely<Database>,
  attempt: AnnouncedAttempt,
): Promise<void> {
  const { attemptId, userId, ...rest } = attempt
  await db
    .insertInto('attempts')
    .values({
      ...rest,
      id: attemptId,
      createdAt: timestampOf(attemptId),
      userId: sql<string>`(select coalesce(merged_into, id) from users where id = ${userId})`,
      state: 'announced',
    })
    .onConflict((conflict) => conflict.columns(['id', 'createdAt']).doNothing())
    .execute()
}

/** Completes the ledger's row, once: a second settlement changes nothing. @returns whether it was the first */
export async function settleAttempt(
  db: Kysely<Database>,
  attempt: SettledAttempt,
): Promise<boolean> {
  if (await settleFor(db, attempt, attempt.userId)) return true
  const current = await currentUserId(db, attempt.userId)
  return current !== attempt.userId && settleFor(db, attempt, current)
}

/** For a turn whose owner died: what was announced and never settled was aborted, its usage unknown. */
export async function abandonAttempts(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string; error: AttemptError },
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('attempts')
    .set({ state: 'aborted', error: JSON.stringify(turn.error), settledAt: sql<Date>`now()` })
    .where('userId', '=', turn.userId)
    .where('turnId', '=', turn.turnId)
    .where('state', '=', 'announced')
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

export async function listAttempts(
  db: Kysely<Database>,
  turn: { userId: string; turnId: string },
): Promise<AttemptRow[]> {
  return db
    .selectFrom('attempts')
    .selectAll()
    .where('userId', '=', turn.userId)
    .where('turnId', '=', turn.turnId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

async function settleFor(
  db: Kysely<Database>,
  attempt: SettledAttempt,
  userId: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
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
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
