import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Taking from budgets before a call, and giving back. */
export async function makeReservations(db: Kysely<unknown>): Promise<void> {
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
