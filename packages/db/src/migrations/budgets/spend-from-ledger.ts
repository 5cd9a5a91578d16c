import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** What is settled in the ledger is spent of the budgets, and counted by day. */
export async function followLedger(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function public.spend_from_budget(
      for_user uuid, of_scope text, of_subject uuid, in_month date, cost bigint
    ) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $function$
    declare
      told smallint;
      id uuid;
      percent smallint;
      spent bigint;
      allowed bigint;
    begin
      insert into public.budgets as budget (user_id, scope, subject, month, spent_pico_usd)
      values (for_user, of_scope, of_subject, in_month, cost)
      on conflict (user_id, scope, subject, month) do update
      set spent_pico_usd = budget.spent_pico_usd + cost, updated_at = now()
      returning budget.spent_pico_usd, budget.limit_pico_usd, budget.alerted into spent, allowed, told;
      -- Without a limit this comes to null, and nobody is told.
      percent := case
        when spent >= allowed then 100
        when spent >= allowed * 0.8 then 80
        when spent >= allowed * 0.5 then 50
      end;
      if percent > told then
        update public.budgets as budget set alerted = percent
        where budget.user_id = for_user and budget.scope = of_scope and budget.subject = of_subject
          and budget.month = in_month;
        id := public.new_uuid_v7();
        insert into public.outbox (id, created_at, topic, payload)
        values (id, public.uuid_v7_time(id), 'budget-alert', jsonb_build_object(
          'userId', for_user, 'scope', of_scope, 'subject', of_subject, 'month', in_month, 'percent', percent));
      end if;
    end
    $function$
  `.execute(db)
  await replaceAttemptSettled(db)
  await sql`
    create constraint trigger attempt_settled
    after insert or update of state on public.attempts
    deferrable initially deferred
    for each row execute function public.attempt_settled()
  `.execute(db)
}

/** `budget_of_key` comes later than the first call of this, and before any call by a key can end. */
export async function replaceAttemptSettled(db: Kysely<unknown>): Promise<void> {
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
}
