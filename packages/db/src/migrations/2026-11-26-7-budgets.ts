import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { admitSystem } from '../migrate/protect-rows.ts'
import { extendLedger, makeTables } from './budgets/budget-tables.ts'
import { followTurns } from './budgets/end-reservations.ts'
import { makeMerge } from './budgets/merge-spending.ts'
import { makeReservations } from './budgets/reserve-spending.ts'
import { followLedger } from './budgets/spend-from-ledger.ts'

/**
 * What may be spent, what is reserved and what is spent. `reserve_spending` is asked before a call is made; the rest
 * follows by itself where the ledger is settled and where a turn ends, in the same transaction and at its very end, so
 * that it can be neither lost nor done twice, and no lock on a row that everybody writes is held for longer than a commit.
 */
export const budgets: Migration = {
  async up(db) {
    await extendLedger(db)
    await makeTables(db)
    await makeReservations(db)
    await followLedger(db)
    await followTurns(db)
    await makeMerge(db)
    await countThisMonth(db)
    await admitSystem(db, 'budgets', 'select', ['read-budgets'])
    await admitSystem(db, 'user_budgets', 'select', ['read-budgets'])
  },
}

/** What this month has cost so far, or its budgets would begin anew. The triggers' locks keep the ledger as it is. */
async function countThisMonth(db: Kysely<unknown>): Promise<void> {
  await sql`create policy count_rows on public.attempts for select to current_user using (true)`.execute(
    db,
  )
  await sql`
    insert into public.usage_days
    select user_id, (created_at at time zone 'UTC')::date, model, count(*), coalesce(sum(input_tokens), 0),
      coalesce(sum(output_tokens), 0), coalesce(sum(cost_pico_usd), 0)
    from public.attempts
    where created_at >= date_trunc('month', now(), 'UTC') and settled_at is not null
    group by 1, 2, 3
  `.execute(db)
  await sql`drop policy count_rows on public.attempts`.execute(db)
  await sql`
    insert into public.budgets (user_id, scope, subject, month, spent_pico_usd)
    select user_id, 'user', user_id, public.utc_month(now()), sum(cost_pico_usd)
    from public.usage_days group by user_id having sum(cost_pico_usd) > 0
  `.execute(db)
  await sql`
    insert into public.installation_spending (month, slice, spent_pico_usd)
    select public.utc_month(now()), 0, coalesce(sum(spent_pico_usd), 0) from public.budgets
  `.execute(db)
}
