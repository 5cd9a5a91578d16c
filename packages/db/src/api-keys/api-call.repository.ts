import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { budgetRefusal } from '../budgets/budget-refused-error.ts'
import { monthOf, reservationOf, sliceOf } from '../budgets/turn-price.ts'
import type { TurnPrice } from '../budgets/turn-price.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { HEARTBEAT_EXPIRY_MS } from '../processes/process.repository.ts'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { ApiCallRow } from '../tables/api-keys.ts'
import type { Database } from '../tables/database.ts'

export interface NewApiCall {
  callId: string
  userId: string
  apiKeyId: string
  owner: string
  /** An estimate. */
  inputTokens: number
  /** What it may cost; taken from the budgets. */
  price: TurnPrice
  /** Of what is sent; null, where that says little of what it costs: as much as fits. */
  inputBytes: number | null
}

/**
 * Writes down that a key calls a model, before anything that costs begins, and reserves what that may be of the budgets
 * of its user, of the key and of the installation. Its end gives that back.
 * @returns false, and nothing written, where its account is banned or being deleted
 * @throws {BudgetRefusedError}
 */
export async function beginApiCall(db: Kysely<Database>, call: NewApiCall): Promise<boolean> {
  const { callId, userId, apiKeyId, owner, inputTokens, price, inputBytes } = call
  const month = monthOf(new Date())
  try {
    const { numAffectedRows } = await sql`
      with holder as materialized (
        select id from users
        where id = ${userId}::uuid and banned_at is null and deleting_at is null
        for key share
      ),
      reserved as materialized (
        select id, amount, reserve_or_refuse(
          id, budget_of_key(id, ${apiKeyId}::uuid), key_limit, amount, ${month}::date, ${sliceOf(callId)}::integer
        ) as slice
        from (
          select id, ${reservationOf(price, sql`${inputBytes}::bigint`)} as amount, (
            select monthly_budget_pico_usd from api_keys
            where api_keys.id = ${apiKeyId}::uuid and api_keys.user_id = ${userId}::uuid
          ) as key_limit
          from holder
        ) as estimate
      )
      insert into api_calls (id, user_id, api_key_id, owner, input_tokens, created_at,
        reserved_pico_usd, reserved_month, reserved_slice)
      select ${callId}::uuid, id, ${apiKeyId}::uuid, ${owner}, ${inputTokens},
        ${timestampOf(callId)}::timestamptz, amount, ${month}::date, slice
      from reserved
    `.execute(asUser(db, userId))
    return numAffectedRows === 1n
  } catch (error) {
    throw budgetRefusal(error) ?? error
  }
}

/** How much of the answer there is so far, for when its owner dies. */
export async function noteApiCallProgress(
  db: Kysely<Database>,
  { userId, callId, outputTokens }: { userId: string; callId: string; outputTokens: number },
): Promise<void> {
  await asUser(db, userId)
    .updateTable('apiCalls')
    .set({ outputTokens })
    .where('id', '=', callId)
    .where('userId', '=', userId)
    .execute()
}

/** `db` is the transaction that settles what the call cost. */
export async function endApiCall(
  db: Kysely<Database>,
  { userId, callId }: { userId: string; callId: string },
): Promise<void> {
  await asUser(db, userId)
    .deleteFrom('apiCalls')
    .where('id', '=', callId)
    .where('userId', '=', userId)
    .execute()
}

/**
 * Calls that nobody will end: their owner has no live heartbeat, by the database's clock, or they are older than any
 * call takes. A system query: whosever they are.
 */
export async function findLostApiCalls(
  db: Kysely<Database>,
  { limit, oldMs }: { limit: number; oldMs: number },
): Promise<ApiCallRow[]> {
  return asSystem(db, 'find-lost-calls')
    .selectFrom('apiCalls')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('createdAt', '<', sql<Date>`now() - make_interval(secs => ${oldMs / 1000})`),
        eb.not(
          eb.exists(
            eb
              .selectFrom('processes')
              .select('processes.id')
              .whereRef('processes.id', '=', 'apiCalls.owner')
              .where(
                'processes.heartbeatAt',
                '>',
                sql<Date>`now() - make_interval(secs => ${HEARTBEAT_EXPIRY_MS / 1000})`,
              ),
          ),
        ),
      ]),
    )
    .orderBy('id')
    .limit(limit)
    .execute()
}
