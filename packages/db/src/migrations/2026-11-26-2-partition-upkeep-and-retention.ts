import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Months that nobody waits for where none is missing, and how long the chats of a tier are kept. */
export const partitionUpkeepAndRetention: Migration = {
  async up(db) {
    await sql`
      create function public.missing_month_partitions(first_month date, months integer)
      returns table (parent_name name, partition_name text, starts date, ends date)
      language sql stable
      set search_path = pg_catalog, pg_temp
      as $function$
        select parent.relname, wanted.partition_name, wanted.starts, wanted.ends
        from pg_class parent
        join pg_partitioned_table p on p.partrelid = parent.oid
        cross join generate_series(0, months - 1) as ahead
        cross join lateral (
          select (date_trunc('month', first_month::timestamp) + make_interval(months => ahead))::date as starts
        ) as month
        cross join lateral (
          select
            format('%s_y%sm%s', parent.relname, to_char(starts, 'YYYY'), to_char(starts, 'MM')) as partition_name,
            starts,
            (starts + interval '1 month')::date as ends
        ) as wanted
        where parent.relnamespace = 'public'::regnamespace
          and p.partstrat = 'r'
          and not exists (
            select from pg_inherits i
            join pg_class c on c.oid = i.inhrelid
            where i.inhparent = parent.oid and c.relname = wanted.partition_name
          )
        order by parent.relname, wanted.starts
      $function$
    `.execute(db)
    await sql`
      comment on function public.missing_month_partitions is
      'The monthly partitions that are missing, of every partitioned table'
    `.execute(db)

    // Takes its lock only where something is missing, or at midnight on the first of a month everybody would queue for
    // it; and attaches a month again that was detached and not dropped.
    await sql`
      create or replace function public.ensure_month_partitions(first_month date, months integer)
      returns setof text
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      set lock_timeout = '3s'
      as $function$
      declare
        missing record;
      begin
        if months not between 1 and 24
          or first_month < date '2020-01-01'
          or first_month > current_date + interval '2 years'
        then
          raise exception 'months must be 1 to 24, beginning between 2020 and two years from now'
            using errcode = 'invalid_parameter_value';
        end if;
        if not exists (select from public.missing_month_partitions(first_month, months)) then
          return;
        end if;
        perform pg_advisory_xact_lock(7236518202);
        for missing in select * from public.missing_month_partitions(first_month, months) loop
          if to_regclass(format('public.%I', missing.partition_name)) is null then
            execute format(
              'create table public.%I (like public.%I including all)',
              missing.partition_name, missing.parent_name);
          end if;
          execute format(
            'alter table public.%I attach partition public.%I for values from (%L) to (%L)',
            missing.parent_name, missing.partition_name,
            missing.starts || ' 00:00:00+00', missing.ends || ' 00:00:00+00');
          return next missing.partition_name;
        end loop;
      end
      $function$
    `.execute(db)

    await sql`
      create table public.retention_policies (
        tier text primary key,
        chat_idle_days integer check (chat_idle_days > 0)
      )
    `.execute(db)
    await sql`
      comment on table public.retention_policies is
      'How many days after its last activity a chat is deleted, by its owner’s tier. Null, or no row: never'
    `.execute(db)
    await sql`
      insert into public.retention_policies (tier, chat_idle_days) values ('guest', 30), ('member', null)
    `.execute(db)
  },
}
