import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { admitSystem, protectUserRows } from '../migrate/protect-rows.ts'

/**
 * What may be spent, what is reserved and what is spent. `reserve_spending` is asked before a call is made; the rest
 * follows by itself where the ledger is settled and where a turn ends, in the same transaction and at its very end, so
 * that it can be neither lost nor done twice, and no lock on a row that everybody writes is held for longer than a commit.
 */
export const budgets: Migration = {
  async up(db) {
    await extendLedger(db)
    await makeTables(db)
    await makeReservation(db)
    await followLedger(db)
    await followTurns(db)
    await makeMerge(db)
    await countThisMonth(db)
    await admitSystem(db, 'budgets', 'select', ['read-budgets'])
    await admitSystem(db, 'user_budgets', 'select', ['read-budgets'])
  },
}

async function extendLedger(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.attempts
      add column purpose text not null default 'turn' check (purpose in ('turn', 'title', 'api')),
      add column api_key_id uuid,
      add column input_pico_usd_per_token bigint check (input_pico_usd_per_token >= 0),
      add column output_pico_usd_per_token bigint check (output_pico_usd_per_token >= 0)
  `.execute(db)
  await sql`
    comment on column public.attempts.turn_id is
    'The turn that the call was made for; what was made for none has an id of its own here'
  `.execute(db)
  await sql`
    comment on column public.attempts.input_pico_usd_per_token is
    'With output_pico_usd_per_token what the call costs where nobody hears how it ends'
  `.execute(db)
  await sql`
    alter table public.turns
      add column reserved_pico_usd bigint default 0 check (reserved_pico_usd >= 0),
      add column reserved_month date,
      add column reserved_slice smallint,
      add column cost_pico_usd bigint check (cost_pico_usd >= 0)
  `.execute(db)
  await sql`
    comment on column public.turns.reserved_pico_usd is
    'Of the budgets, until the turn ends. null: nothing yet, so nobody may be called for it'
  `.execute(db)
  await sql`
    alter table public.chat_history
      add column cost_pico_usd bigint check (cost_pico_usd >= 0),
      add column input_tokens integer,
      add column output_tokens integer
  `.execute(db)
  await sql`alter table public.chat_sessions add column text_bytes bigint`.execute(db)
  await sql`
    comment on column public.chat_sessions.text_bytes is
    'UTF-8 bytes of the text of all its messages, for an estimate of what a prompt costs; null: not known'
  `.execute(db)
}

async function makeTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.user_budgets (
      user_id uuid primary key,
      monthly_pico_usd bigint check (monthly_pico_usd >= 0),
      updated_at timestamptz(3) not null default now()
    )
  `.execute(db)
  await sql`
    comment on table public.user_budgets is
    'Users with another budget than their tier has; monthly_pico_usd null: no limit'
  `.execute(db)
  await sql`
    create table public.budgets (
      user_id uuid not null,
      scope text not null check (scope in ('user', 'api-key')),
      subject uuid not null,
      month date not null,
      limit_pico_usd bigint,
      reserved_pico_usd bigint not null default 0,
      spent_pico_usd bigint not null default 0,
      alerted smallint not null default 0 check (alerted in (0, 50, 80, 100)),
      updated_at timestamptz(3) not null default now(),
      primary key (user_id, scope, subject, month)
    ) with (fillfactor = 70)
  `.execute(db)
  await sql`
    comment on table public.budgets is
    'A month (UTC) of a user or of an API key. spent is the sum of the ledger, reserved that of the running turns; limit as of the last reservation, null: none; alerted: the percentage that was last told of'
  `.execute(db)
  await sql`create index budgets_month_idx on public.budgets (month, user_id) where alerted > 0`.execute(
    db,
  )
  await sql`
    create table public.usage_days (
      user_id uuid not null,
      day date not null,
      model text not null,
      calls integer not null,
      input_tokens bigint not null,
      output_tokens bigint not null,
      cost_pico_usd bigint not null,
      primary key (user_id, day, model)
    ) with (fillfactor = 70)
  `.execute(db)
  await sql`
    comment on table public.usage_days is 'The settled ledger by user, day (UTC) and model'
  `.execute(db)
  for (const table of ['user_budgets', 'budgets', 'usage_days']) await protectUserRows(db, table)
  // The triggers run as the owner, at a commit, whoever the transaction runs for by then.
  for (const table of ['budgets', 'usage_days']) {
    await sql`
      create policy ledger_rows on public.${sql.id(table)} to current_user
      using (true) with check (true)
    `.execute(db)
  }

  await sql`
    create table public.installation_budget (
      only_row boolean primary key default true check (only_row),
      monthly_pico_usd bigint check (monthly_pico_usd >= 0),
      updated_at timestamptz(3) not null default now()
    )
  `.execute(db)
  await sql`insert into public.installation_budget default values`.execute(db)
  await sql`
    comment on table public.installation_budget is
    'What all users together may spend a month; null: no limit'
  `.execute(db)
  await sql`
    create table public.installation_spending (
      month date not null,
      slice smallint not null check (slice between 0 and 15),
      reserved_pico_usd bigint not null default 0,
      spent_pico_usd bigint not null default 0,
      primary key (month, slice)
    ) with (fillfactor = 40)
  `.execute(db)
  await sql`
    comment on table public.installation_spending is
    'What all users together have reserved and spent, in sixteen rows a month, since every turn writes one of them'
  `.execute(db)
  await sql`
    create table public.installation_alerts (
      month date not null,
      percent smallint not null check (percent in (50, 80, 100)),
      created_at timestamptz(3) not null default now(),
      primary key (month, percent)
    )
  `.execute(db)
}

async function makeReservation(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function public.new_uuid_v7() returns uuid
    language sql volatile
    return encode(
      set_bit(set_bit(overlay(
        uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6
      ), 52, 1), 53, 1),
      'hex'
    )::uuid
  `.execute(db)
  await sql`
    create function public.utc_month(at timestamptz) returns date
    language sql immutable strict parallel safe
    return date_trunc('month', at at time zone 'UTC')::date
  `.execute(db)

  // A budget takes a reservation as long as anything is left of it, so that it is overspent by one at most: were the
  // whole reservation asked for, which is far more than most answers cost, the last dollars could never be spent.
  await sql`
    create function public.reserve_spending(
      for_user uuid,
      for_key uuid,
      key_limit bigint,
      amount bigint,
      in_month date,
      first_slice integer,
      out slice smallint,
      out refused_by text
    )
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $function$
    declare
      user_limit bigint;
      installation_share bigint;
      spent bigint;
    begin
      select case when own.user_id is null then tier.monthly_budget_pico_usd else own.monthly_pico_usd end
      into user_limit
      from public.users as holder
      join public.tiers as tier on tier.name = holder.tier
      left join public.user_budgets as own on own.user_id = holder.id
      where holder.id = for_user;

      insert into public.budgets as budget (user_id, scope, subject, month, limit_pico_usd, reserved_pico_usd)
      select for_user, 'user', for_user, in_month, user_limit, amount
      where user_limit is null or user_limit > 0
      on conflict (user_id, scope, subject, month) do update
      set reserved_pico_usd = budget.reserved_pico_usd + amount, limit_pico_usd = user_limit, updated_at = now()
      where user_limit is null or budget.spent_pico_usd + budget.reserved_pico_usd < user_limit;
      if not found then
        refused_by := 'user';
        select budget.spent_pico_usd into spent from public.budgets as budget
        where budget.user_id = for_user and budget.scope = 'user' and budget.subject = for_user
          and budget.month = in_month;
        if spent < user_limit then refused_by := 'user-reserved'; end if;
        return;
      end if;

      if for_key is not null then
        insert into public.budgets as budget (user_id, scope, subject, month, limit_pico_usd, reserved_pico_usd)
        select for_user, 'api-key', for_key, in_month, key_limit, amount
        where key_limit is null or key_limit > 0
        on conflict (user_id, scope, subject, month) do update
        set reserved_pico_usd = budget.reserved_pico_usd + amount, limit_pico_usd = key_limit, updated_at = now()
        where key_limit is null or budget.spent_pico_usd + budget.reserved_pico_usd < key_limit;
        if not found then
          refused_by := 'api-key';
          select budget.spent_pico_usd into spent from public.budgets as budget
          where budget.user_id = for_user and budget.scope = 'api-key' and budget.subject = for_key
            and budget.month = in_month;
          if spent < key_limit then refused_by := 'api-key-reserved'; end if;
          perform public.release_budgets(for_user, null, amount, in_month);
          return;
        end if;
      end if;

      select monthly_pico_usd / 16 into installation_share from public.installation_budget;
      if not exists (
        select from public.installation_spending as spending
        where spending.month = in_month and spending.slice = first_slice
      ) then
        insert into public.installation_spending (month, slice)
        select in_month, each from generate_series(0, 15) as each
        on conflict do nothing;
      end if;
      -- No upsert: it would lock also what it leaves as it is, and two who look for room would wait for each other.
      for step in 0 .. 15 loop
        slice := (first_slice + step) % 16;
        update public.installation_spending as spending
        set reserved_pico_usd = spending.reserved_pico_usd + amount
        where spending.month = in_month and spending.slice = reserve_spending.slice
          and (installation_share is null
            or spending.spent_pico_usd + spending.reserved_pico_usd < installation_share);
        if found then return; end if;
      end loop;
      slice := null;
      refused_by := 'installation';
      select coalesce(sum(spent_pico_usd), 0) into spent from public.installation_spending where month = in_month;
      if spent < 16 * installation_share then refused_by := 'installation-reserved'; end if;
      perform public.release_budgets(for_user, for_key, amount, in_month);
    end
    $function$
  `.execute(db)
  await sql`
    comment on function public.reserve_spending is
    'Takes amount from the budgets of a user, of a key where there is one, and of the installation: from all of them, or from none and says which of them refuses'
  `.execute(db)

  await sql`
    create function public.release_budgets(for_user uuid, for_key uuid, amount bigint, in_month date) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $function$
    begin
      update public.budgets
      set reserved_pico_usd = greatest(reserved_pico_usd - amount, 0), updated_at = now()
      where user_id = for_user and month = in_month
        and (scope = 'user' and subject = for_user or scope = 'api-key' and subject = for_key);
    end
    $function$
  `.execute(db)

  await sql`
    create function public.reserve_or_refuse(
      for_user uuid, for_key uuid, key_limit bigint, amount bigint, in_month date, first_slice integer
    ) returns smallint
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $function$
    declare
      outcome record;
    begin
      outcome := public.reserve_spending(for_user, for_key, key_limit, amount, in_month, first_slice);
      if outcome.refused_by is not null then
        raise exception '%', outcome.refused_by using errcode = 'BX402';
      end if;
      return outcome.slice;
    end
    $function$
  `.execute(db)
  await sql`
    comment on function public.reserve_or_refuse is
    'For within a statement, all of which is taken back where a budget refuses'
  `.execute(db)
}

async function followLedger(db: Kysely<unknown>): Promise<void> {
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
  await sql`
    create function public.attempt_settled() returns trigger
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
        perform public.spend_from_budget(new.user_id, 'api-key', new.api_key_id, in_month, cost);
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
    create constraint trigger attempt_settled
    after insert or update of state on public.attempts
    deferrable initially deferred
    for each row execute function public.attempt_settled()
  `.execute(db)
}

async function followTurns(db: Kysely<unknown>): Promise<void> {
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

async function makeMerge(db: Kysely<unknown>): Promise<void> {
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
