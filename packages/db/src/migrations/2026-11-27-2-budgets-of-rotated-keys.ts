import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { replaceApiCallEnded } from './budgets/end-reservations.ts'
import { replaceAttemptSettled } from './budgets/spend-from-ledger.ts'

/** A key that follows another goes on with the budget of that one. */
export const budgetsOfRotatedKeys: Migration = {
  async up(db) {
    await sql`
      alter table public.api_keys add column budget_of uuid references public.api_keys (id)
    `.execute(db)
    await sql`
      comment on column public.api_keys.budget_of is
      'The first of the keys that followed each other up to this one, whose budget they share; null: it is the first'
    `.execute(db)
    // Of a key that is gone, with its account, the budget is too.
    await sql`
      create function public.budget_of_key(for_user uuid, for_key uuid) returns uuid
      language plpgsql stable
      set search_path = pg_catalog, pg_temp
      as $function$
      begin
        return coalesce(
          (select budget_of from public.api_keys where id = for_key and user_id = for_user),
          for_key
        );
      end
      $function$
    `.execute(db)
    await replaceAttemptSettled(db)
    await replaceApiCallEnded(db)
  },
}
