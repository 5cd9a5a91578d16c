import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What a call by a key has reserved of the budgets, which goes back where the call ends: its row goes then, whoever ends it. */
export const callReservations: Migration = {
  async up(db) {
    await sql`
      alter table public.api_calls
        add column reserved_pico_usd bigint not null default 0 check (reserved_pico_usd >= 0),
        add column reserved_month date,
        add column reserved_slice smallint
    `.execute(db)
    await sql`
      comment on column public.api_calls.reserved_pico_usd is
      'Of the budgets of its user, its key and the installation, until the row goes'
    `.execute(db)
    // In the order of reserve_spending, so that one who begins and one who ends never wait for each other.
    await sql`
      create function public.api_call_ended() returns trigger
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      as $function$
      begin
        perform public.release_budgets(old.user_id, null, old.reserved_pico_usd, old.reserved_month);
        update public.budgets as budget
        set reserved_pico_usd = greatest(budget.reserved_pico_usd - old.reserved_pico_usd, 0), updated_at = now()
        where budget.user_id = old.user_id and budget.scope = 'api-key' and budget.subject = old.api_key_id
          and budget.month = old.reserved_month;
        update public.installation_spending as spending
        set reserved_pico_usd = greatest(spending.reserved_pico_usd - old.reserved_pico_usd, 0)
        where spending.month = old.reserved_month and spending.slice = old.reserved_slice;
        return null;
      end
      $function$
    `.execute(db)
    await sql`
      create constraint trigger api_call_ended
      after delete on public.api_calls
      deferrable initially deferred
      for each row when (old.reserved_pico_usd > 0)
      execute function public.api_call_ended()
    `.execute(db)
  },
}
