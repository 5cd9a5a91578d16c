import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

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
    await sql`
      create or replace function public.attempt_settled() returns trigger
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      as $function$
      declare
        cost bigint := coalesce(new.cost_pico_usd, 0);
        in_month date := public.utc_month(new.created_at);
      begin
        if new.settled_at is null then return null; end if;
        if tg_op = 'UPDATE' and (old.settled_at is not null or old.user_id <> new.user_id) then
          return null;
        end if;
        insert into public.usage_days as usage
          (user_id, day, model, calls, input_tokens, output_tokens, cost_pico_usd)
        values (
          new.user_id, (new.created_at at time zone 'UTC')::date, new.model, 1,
          coalesce(new.input_tokens, 0), coalesce(new.output_tokens, 0), cost
        )
        on conflict (user_id, day, model) do update set
          calls = usage.calls + 1,
          input_tokens = usage.input_tokens + excluded.input_tokens,
          output_tokens = usage.output_tokens + excluded.output_tokens,
          cost_pico_usd = usage.cost_pico_usd + excluded.cost_pico_usd;
        if cost = 0 then return null; end if;
        perform public.spend_from_budget(new.user_id, 'user', new.user_id, in_month, cost);
        if new.api_key_id is not null then
          perform public.spend_from_budget(
            new.user_id, 'api-key', public.budget_of_key(new.user_id, new.api_key_id), in_month, cost);
        end if;
        insert into public.installation_spending as spending (month, slice, spent_pico_usd)
        values (in_month, get_byte(uuid_send(new.turn_id), 15) % 16, cost)
        on conflict (month, slice) do update
        set spent_pico_usd = spending.spent_pico_usd + excluded.spent_pico_usd;
        return null;
      end
      $function$
    `.execute(db)
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
  },
}
