import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What a turn has reserved goes back where it ends or is deleted. */
export async function followTurns(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function public.turn_reservation_ended() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $function$
    begin
      perform public.release_budgets(old.user_id, null, old.reserved_pico_usd, old.reserved_month);
      update public.installation_spending as spending
      set reserved_pico_usd = greatest(spending.reserved_pico_usd - old.reserved_pico_usd, 0)
      where spending.month = old.reserved_month and spending.slice = old.reserved_slice;
      return null;
    end
    $function$
  `.execute(db)
  await sql`
    create constraint trigger turn_ended
    after update of state on public.turns
    deferrable initially deferred
    for each row when (old.state = 'running' and new.state <> 'running' and old.reserved_pico_usd > 0)
    execute function public.turn_reservation_ended()
  `.execute(db)
  await sql`
    create constraint trigger turn_deleted
    after delete on public.turns
    deferrable initially deferred
    for each row when (old.state = 'running' and old.reserved_pico_usd > 0)
    execute function public.turn_reservation_ended()
  `.execute(db)
}

/**
 * What a call by a key has reserved goes back with its row; in the order of `reserve_spending`, so that one who begins
 * and one who ends never wait for each other. `budget_of_key` comes later than the first call of this.
 */
export async function replaceApiCallEnded(db: Kysely<unknown>): Promise<void> {
  await sql`
      create or replace function public.api_call_ended() returns trigger
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      as $function$
      begin
        perform public.release_budgets(old.user_id, null, old.reserved_pico_usd, old.reserved_month);
        update public.budgets as budget
        set reserved_pico_usd = greatest(budget.reserved_pico_usd - old.reserved_pico_usd, 0), updated_at = now()
        where budget.user_id = old.user_id and budget.scope = 'api-key'
          and budget.subject = public.budget_of_key(old.user_id, old.api_key_id)
          and budget.month = old.reserved_month;
        update public.installation_spending as spending
        set reserved_pico_usd = greatest(spending.reserved_pico_usd - old.reserved_pico_usd, 0)
        where spending.month = old.reserved_month and spending.slice = old.reserved_slice;
        return null;
      end
      $function$
  `.execute(db)
}
