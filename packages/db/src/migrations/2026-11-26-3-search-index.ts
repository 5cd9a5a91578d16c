import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What a user's own messages are found by: their words, as written and by English and German stems. */
export const searchIndex: Migration = {
  async up(db) {
    // A schema of its own: it brings two hundred functions, of which nobody calls one by its name.
    await sql`create schema extensions`.execute(db)
    await sql`create extension btree_gin with schema extensions`.execute(db)

    // With these between them Postgres' parser would make one word of «read/write», «node.js» and «well-known», and drop
    // «<div>». Each more would make this slower: it is compared with every character.
    await sql`
      create function public.search_words(content text) returns text
      language sql immutable strict parallel safe
      return translate(left(content, 65536), '/._-@<>&+', '         ')
    `.execute(db)
    await sql`
      comment on function public.search_words is
      'Text as it is taken apart into words; no more of it than makes a tsvector for certain, whose limit is a megabyte'
    `.execute(db)
    await sql`
      create function public.search_vector(content text) returns tsvector
      language sql immutable strict parallel safe
      return (
        select to_tsvector('pg_catalog.simple', words)
          || strip(to_tsvector('pg_catalog.english', words))
          || strip(to_tsvector('pg_catalog.german', words))
        from (select public.search_words(content) as words offset 0) as prepared
      )
    `.execute(db)
    await sql`
      create function public.message_text(parts jsonb) returns text
      language sql immutable strict parallel safe
      return (
        select string_agg(part ->> case part ->> 'type' when 'file' then 'name' else 'text' end, E'\\n' order by place)
        from jsonb_array_elements(parts) with ordinality as element (part, place)
        where part ->> 'type' in ('text', 'file')
      )
    `.execute(db)
    await sql`
      create function public.message_vector(parts jsonb) returns tsvector
      language sql immutable strict parallel safe
      return coalesce(public.search_vector(public.message_text(parts)), ''::tsvector)
        || case when parts @> '[{"type": "file"}]' then '''has:file'''::tsvector else ''::tsvector end
    `.execute(db)
    await sql`
      comment on function public.message_vector is
      'The words of a message and of the names of its files; and has:file, which is no word, where it has one'
    `.execute(db)

    // Stored, since to rank two hundred messages by words made anew takes fifty times as long as finding them.
    await sql`
      alter table public.chat_history
        add column search tsvector generated always as (public.message_vector(parts)) stored
    `.execute(db)
    // By user and word at once, so that a search skips through a common word's list from one of the user's messages to
    // the next. New entries wait in a list that every search reads whole: hence short.
    await sql`
      create index chat_history_user_id_search_idx on public.chat_history
      using gin (user_id, search) with (gin_pending_list_limit = 256)
    `.execute(db)
  },
}
