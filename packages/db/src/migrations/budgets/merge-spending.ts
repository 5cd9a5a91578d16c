import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Moves what a guest has spent to the account that they sign in to. */
export async function makeMerge(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function public.merge_spending(guest uuid, account uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $function$
    begin
      if public.acting_system() <> 'merge-guest' then
        raise exception 'only merging a guest moves what was spent' using errcode = 'insufficient_privilege';
      end if;
      insert into public.budgets as budget
        (user_id, scope, subject, month, limit_pico_usd, reserved_pico_usd, spent_pico_usd, alerted)
      select account, moved.scope, case moved.scope when 'user' then account else moved.subject end, moved.month,
        null, moved.reserved_pico_usd, moved.spent_pico_usd, 0
      from public.budgets as moved where moved.user_id = guest
      on conflict (user_id, scope, subject, month) do update set
        reserved_pico_usd = budget.reserved_pico_usd + excluded.reserved_pico_usd,
        spent_pico_usd = budget.spent_pico_usd + excluded.spent_pico_usd;
      delete from public.budgets where user_id = guest;
      insert into public.usage_days as usage
        (user_id, day, model, calls, input_tokens, output_tokens, cost_pico_usd)
      select account, moved.day, moved.model, moved.calls, moved.input_tokens, moved.output_tokens, moved.cost_pico_usd
      from public.usage_days as moved where moved.user_id = guest
      on conflict (user_id, day, model) do update set
        calls = usage.calls + excluded.calls,
        input_tokens = usage.input_tokens + excluded.input_tokens,
        output_tokens = usage.output_tokens + excluded.output_tokens,
        cost_pico_usd = usage.cost_pico_usd + excluded.cost_pico_usd;
      delete from public.usage_days where user_id = guest;
    end
    $function$
  `.execute(db)
}
