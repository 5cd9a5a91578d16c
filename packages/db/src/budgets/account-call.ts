import type { Kysely } from 'kysely'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { asUser } from '../row-level-security/as-user.ts'
import type { AttemptRow } from '../tables/attempts.ts'
import type { Database } from '../tables/database.ts'

/** A provider call on a user's behalf that is over and was made for no turn. */
export type AccountedCall = Pick<
  AttemptRow,
  | 'id'
  | 'userId'
  | 'purpose'
  | 'deployment'
  | 'provider'
  | 'model'
  | 'inputTokens'
  | 'outputTokens'
  | 'estimated'
  | 'costPicoUsd'
>

/**
 * Writes it into the ledger, which takes it from the budgets; the same `id` again changes nothing.
 * @param call.id UUIDv7 of its own time
 */
export async function accountCall(db: Kysely<Database>, call: AccountedCall): Promise<void> {
  await asUser(db, call.userId)
    .insertInto('attempts')
    .values({
      ...call,
      createdAt: timestampOf(call.id),
      turnId: call.id,
      epoch: 1,
      state: 'completed',
      settledAt: new Date(),
    })
    .onConflict((conflict) => conflict.columns(['id', 'createdAt']).doNothing())
    .execute()
}
