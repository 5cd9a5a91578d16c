import type { Attempt } from '@brainlyx/provider-simulator'
import { withClient } from '@brainlyx/testkit/postgres-server'

export interface StoredTurn {
  readonly id: string
  readonly userId: string
  readonly state: string
  readonly epoch: number
  readonly answerMessageId: string | null
  readonly problemCode: string | null
  readonly endedAt: number | null
}

export interface StoredMessage {
  readonly id: string
  readonly turnId: string
  readonly userId: string
  readonly role: string
  readonly text: string
}

export interface StoredAttempt {
  readonly id: string
  readonly turnId: string
  readonly state: string
  readonly outputTokens: number | null
  readonly settledAt: number | null
}

/** A user's money in pico-dollars, all of one moment. */
export interface StoredBudget {
  readonly userId: string
  readonly reserved: bigint
  /** What the user's running turns say that they have reserved. */
  readonly reservedByTurns: bigint
  readonly spent: bigint
  /** The sum of the settled ledger. */
  readonly ledger: bigint
}

/** What Postgres and the provider say of some turns. */
export interface Evidence {
  readonly turns: readonly StoredTurn[]
  readonly messages: readonly StoredMessage[]
  readonly attempts: readonly StoredAttempt[]
  /** Of the users whose turns they are. */
  readonly budgets: readonly StoredBudget[]
  readonly providerCalls: readonly Attempt[]
}

export async function gatherEvidence(
  databaseUrl: string,
  simulatorOrigin: string,
  turnIds: readonly string[],
  since: number,
): Promise<Evidence> {
  const stored = await withClient(databaseUrl, async (client) => {
    const rows = async <T>(text: string): Promise<T[]> =>
      (await client.query(text, [turnIds])).rows as T[]
    return {
      turns: await rows<StoredTurn>(
        `select id, user_id "userId", state, epoch, answer_message_id "answerMessageId",
          problem->>'code' "problemCode", (extract(epoch from ended_at) * 1000)::float8 "endedAt"
        from turns where id = any($1)`,
      ),
      messages: await rows<StoredMessage>(
        `select id, turn_id "turnId", user_id "userId", role, coalesce((select string_agg(part->>'text', '' order by place)
          from jsonb_array_elements(parts) with ordinality each(part, place) where part->>'type' = 'text'), '') "text"
        from chat_history where turn_id = any($1)`,
      ),
      attempts: await rows<StoredAttempt>(
        `select id, turn_id "turnId", state, output_tokens "outputTokens",
          (extract(epoch from settled_at) * 1000)::float8 "settledAt"
        from attempts where turn_id = any($1)`,
      ),
      budgets: (
        await rows<Record<keyof StoredBudget, string>>(
          `select id "userId",
          (select coalesce(sum(reserved_pico_usd), 0) from budgets where user_id = users.id) "reserved",
          (select coalesce(sum(reserved_pico_usd), 0) from turns
            where user_id = users.id and state = 'running') "reservedByTurns",
          (select coalesce(sum(spent_pico_usd), 0) from budgets where user_id = users.id) "spent",
          (select coalesce(sum(cost_pico_usd), 0) from attempts
            where user_id = users.id and settled_at is not null) "ledger"
        from users where id in (select user_id from turns where id = any($1))`,
        )
      ).map(({ userId, reserved, reservedByTurns, spent, ledger }) => ({
        userId,
        reserved: BigInt(reserved),
        reservedByTurns: BigInt(reservedByTurns),
        spent: BigInt(spent),
        ledger: BigInt(ledger),
      })),
    }
  })
  return { ...stored, providerCalls: await providerCalls(simulatorOrigin, since) }
}

/** Answers only: the titles of chats are not streamed. */
export async function providerCalls(simulatorOrigin: string, since: number): Promise<Attempt[]> {
  const url = new URL('/__simulator/attempts', simulatorOrigin)
  url.searchParams.set('since', new Date(since).toISOString())
  const attempts = (await (await fetch(url)).json()) as Attempt[]
  return attempts.filter(({ stream }) => stream)
}
