import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { Database } from '../tables/database.ts'

export interface UsageSum {
  readonly turns: number
  readonly calls: number
  readonly inputTokens: bigint
  readonly outputTokens: bigint
  readonly costPicoUsd: bigint
}

/** How far ahead another replica's clock may be. */
const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

/** What a user has used since then: turns that called a provider, their calls, tokens and cost. */
export async function sumUsage(
  db: Kysely<Database>,
  usage: { userId: string; since: Date },
): Promise<UsageSum> {
  const { userId, since } = usage
  const until = new Date(Date.now() + CLOCK_TOLERANCE_MS)
  const { rows } = await sql<Record<keyof UsageSum, string>>`
    select count(distinct turn_id) as turns, count(*) as calls,
      coalesce(sum(input_tokens), 0) as input_tokens, coalesce(sum(output_tokens), 0) as output_tokens,
      coalesce(sum(cost_pico_usd), 0) as cost_pico_usd
    from attempts
    where user_id = ${userId}::uuid
      and created_at >= ${since}::timestamptz and created_at <= ${until}::timestamptz
  `.execute(asUser(db, userId))
  const sums = rows[0]!
  return {
    turns: Number(sums.turns),
    calls: Number(sums.calls),
    inputTokens: BigInt(sums.inputTokens),
    outputTokens: BigInt(sums.outputTokens),
    costPicoUsd: BigInt(sums.costPicoUsd),
  }
}
