import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What the functions of stored columns and checks say stays as it was. In SQL each statement that writes a row read
 * and planned them anew, which was a fifth of what a turn costs Postgres; in PL/pgSQL a connection does so once.
 */
export const functionsPlannedOnce: Migration = {
  async up(db) {
    await sql`
      create or replace function public.uuid_v7_time(id uuid) returns timestamptz
      language plpgsql immutable strict parallel safe
      as $function$
      begin
        return to_timestamp(
          ('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint::double precision / 1000
        );
      end
      $function$
    `.execute(db)
    await sql`
      create or replace function public.search_vector(content text) returns tsvector
      language plpgsql immutable strict parallel safe
      as $function$
      declare
        words constant text := public.search_words(content);
      begin
        return to_tsvector('pg_catalog.simple', words)
          || strip(to_tsvector('pg_catalog.english', words))
          || strip(to_tsvector('pg_catalog.german', words));
      end
      $function$
    `.execute(db)
    await sql`
      create or replace function public.message_text(parts jsonb) returns text
      language plpgsql immutable strict parallel safe
      as $function$
      begin
        return (
          select string_agg(part ->> case part ->> 'type' when 'file' then 'name' else 'text' end, E'\\n' order by place)
          from jsonb_array_elements(parts) with ordinality as element (part, place)
          where part ->> 'type' in ('text', 'file')
        );
      end
      $function$
    `.execute(db)
    await sql`
      create or replace function public.message_vector(parts jsonb) returns tsvector
      language plpgsql immutable strict parallel safe
      as $function$
      begin
        return coalesce(public.search_vector(public.message_text(parts)), ''::tsvector)
          || case when parts @> '[{"type": "file"}]' then '''has:file'''::tsvector else ''::tsvector end;
      end
      $function$
    `.execute(db)
  },
}
