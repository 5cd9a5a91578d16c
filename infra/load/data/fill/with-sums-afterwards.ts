import { withClient } from '@brainlyx/testkit/postgres-server'

/**
 * Lets `work` fill the ledger without summing it row by row, then writes the sums that the trigger would have come to.
 * In years of use each row is a transaction; in one transaction of millions every sum would keep all its versions, and
 * each row would look through them.
 */
export async function withSumsAfterwards<T>(ownerUrl: string, work: () => Promise<T>): Promise<T> {
  const set = (verb: 'enable' | 'disable'): Promise<unknown> =>
    withClient(ownerUrl, (client) =>
      client.query(`alter table public.attempts ${verb} trigger attempt_settled`),
    )
  await set('disable')
  try {
    const done = await work()
    await withClient(ownerUrl, async (client) => {
      for (const sum of SUMS) await client.query(sum)
    })
    return done
  } finally {
    await set('enable')
  }
}

const SUMS = [
  `insert into public.usage_days (user_id, day, model, calls, input_tokens, output_tokens, cost_pico_usd)
   select user_id, (created_at at time zone 'UTC')::date, model, count(*), sum(coalesce(input_tokens, 0)),
     sum(coalesce(output_tokens, 0)), sum(coalesce(cost_pico_usd, 0))
   from public.attempts where settled_at is not null group by 1, 2, 3`,
  `insert into public.budgets (user_id, scope, subject, month, spent_pico_usd)
   select user_id, 'user', user_id, public.utc_month(created_at), sum(cost_pico_usd)
   from public.attempts where settled_at is not null and cost_pico_usd > 0 group by user_id, 4`,
  `insert into public.installation_spending (month, slice, spent_pico_usd)
   select public.utc_month(created_at), get_byte(uuid_send(turn_id), 15) % 16, sum(cost_pico_usd)
   from public.attempts where settled_at is not null and cost_pico_usd > 0 group by 1, 2
   on conflict (month, slice) do update set spent_pico_usd = excluded.spent_pico_usd`,
]
