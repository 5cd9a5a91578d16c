import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What the partitioned tables need: the time inside an id, and months made by a role that owns nothing. */
export const partitions: Migration = {
  async up(db) {
    await sql`
      create function public.uuid_v7_time(id uuid) returns timestamptz
      language sql immutable strict parallel safe
      return to_timestamp(
        ('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint::double precision / 1000
      )
    `.execute(db)
    await sql`comment on function public.uuid_v7_time is 'The millisecond in which a UUIDv7 was made'`.execute(
      db,
    )

    // CREATE TABLE … PARTITION OF would lock the parent against everything; LIKE and ATTACH let readers and writers on.
    await sql`
      create function public.ensure_month_partitions(first_month date, months integer) returns setof text
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      set lock_timeout = '3s'
      as $function$
      declare
        parent record;
        month timestamp;
        partition_name text;
      begin
        if months not between 1 and 24
          or first_month < date '2020-01-01'
          or first_month > current_date + interval '2 years'
        then
          raise exception 'months must be 1 to 24, beginning between 2020 and two years from now'
            using errcode = 'invalid_parameter_value';
        end if;
        perform pg_advisory_xact_lock(7236518202);
        for parent in
          select c.oid, c.relname
          from pg_class c
          join pg_partitioned_table p on p.partrelid = c.oid
          where c.relnamespace = 'public'::regnamespace and p.partstrat = 'r'
          order by c.relname
        loop
          for ahead in 0 .. months - 1 loop
            month := date_trunc('month', first_month::timestamp) + make_interval(months => ahead);
            partition_name := format('%s_y%sm%s', parent.relname, to_char(month, 'YYYY'), to_char(month, 'MM'));
            continue when exists (
              select from pg_inherits i
              join pg_class c on c.oid = i.inhrelid
              where i.inhparent = parent.oid and c.relname = partition_name
            );
            execute format(
              'create table public.%I (like public.%I including all)', partition_name, parent.relname);
            execute format(
              'alter table public.%I attach partition public.%I for values from (%L) to (%L)',
              parent.relname, partition_name,
              to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
              to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
            return next partition_name;
          end loop;
        end loop;
      end
      $function$
    `.execute(db)
    await sql`
      comment on function public.ensure_month_partitions is
      'Makes the monthly partitions that are missing, of every partitioned table; returns their names'
    `.execute(db)
  },
}
