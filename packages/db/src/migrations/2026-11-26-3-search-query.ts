import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The one way that a search reads messages. Full-text operators are not leakproof: under row-level security Postgres
 * would look at every message of the user before it asks an index. So this runs as the owner, and names the user
 * itself in everything it reads.
 */
export const searchQuery: Migration = {
  async up(db) {
    await sql`
      create function public.search_query(terms jsonb, indexed boolean) returns tsquery
      language plpgsql immutable parallel safe
      set search_path = pg_catalog, pg_temp
      set client_min_messages = warning
      as $function$
      declare
        term record;
        words text;
        part tsquery;
        whole tsquery := '';
      begin
        for term in
          select * from jsonb_to_recordset(terms) as given (text text, exact boolean, prefix boolean, excluded boolean)
        loop
          continue when indexed and (term.prefix or term.excluded);
          words := public.search_words(term.text);
          part := phraseto_tsquery('simple', words);
          if term.prefix and numnode(part) > 0 then
            part := (part::text || ':*')::tsquery;
          elsif not term.exact and numnode(part) = 1 then
            part := part || plainto_tsquery('english', words) || plainto_tsquery('german', words);
          end if;
          continue when numnode(part) = 0;
          whole := whole && case when term.excluded then !!part else part end;
        end loop;
        return whole;
      end
      $function$
    `.execute(db)
    await sql`
      comment on function public.search_query is
      'What to search for. indexed: only what an index can answer by itself, without prefixes, which it would look up in everybody’s words'
    `.execute(db)

    await sql`
      create function public.search_lexemes(word text) returns text[]
      language sql immutable strict parallel safe
      return coalesce(ts_lexize('pg_catalog.simple', word), '{}')
        || coalesce(ts_lexize('pg_catalog.english_stem', word), '{}')
        || coalesce(ts_lexize('pg_catalog.german_stem', word), '{}')
    `.execute(db)
    await sql`
      create function public.matching_words(content text, terms jsonb) returns text[]
      language plpgsql immutable parallel safe
      set search_path = pg_catalog, pg_temp
      as $function$
      declare
        wanted text[];
        prefixes text[];
        beginnings text[];
      begin
        select
          coalesce(array_agg(distinct lexeme) filter (where not term.prefix), '{}'),
          coalesce(array_agg(distinct lexeme) filter (where term.prefix), '{}'),
          coalesce(array_agg(distinct translate(left(lexeme, 2), 'äöü', 'aou')), '{}')
        into wanted, prefixes, beginnings
        from jsonb_to_recordset(terms) as term (text text, exact boolean, prefix boolean, excluded boolean)
        cross join ts_parse('default', public.search_words(term.text)) as word
        cross join unnest(
          case
            when term.exact or term.prefix then ts_lexize('simple', word.token)
            else public.search_lexemes(word.token)
          end
        ) as lexeme
        where not term.excluded;
        return array(
          select word
          from (
            select distinct lower(token) as word
            from ts_parse('default', public.search_words(content))
          ) as words
          where translate(left(word, 2), 'äöü', 'aou') = any (beginnings || left(word, 1))
            and (
              public.search_lexemes(word) && wanted
              or exists (select from unnest(prefixes) as prefix where starts_with(word, prefix))
            )
        );
      end
      $function$
    `.execute(db)
    await sql`
      comment on function public.matching_words is
      'The words of a text that a search found it by, in lower case. But for umlauts a stem begins as its word does'
    `.execute(db)

    // Planned once a connection: planned anew, with all those months to choose from, it takes longer than all the rest.
    await sql`
      create function public.oldest_message_time(searcher uuid, since timestamptz, until timestamptz) returns timestamptz
      language plpgsql stable parallel safe
      set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_generic_plan
      as $function$
      begin
        return (
          select message.created_at
          from public.chat_history as message
          where message.user_id = searcher and message.created_at >= since and message.created_at < until
          order by message.created_at
          limit 1
        );
      end
      $function$
    `.execute(db)

    // Planned each time, for one month and one user: which index is the better depends on both.
    await sql`
      create function public.search_messages(
        searcher uuid,
        terms jsonb,
        model_part text,
        chat_ids uuid[],
        with_file boolean,
        since timestamptz,
        until timestamptz,
        after_rank real,
        after_id uuid,
        hit_count integer,
        out hits jsonb,
        out searched_from timestamptz,
        out is_complete boolean
      )
      language plpgsql stable parallel safe security definer
      set search_path = pg_catalog, pg_temp
      set plan_cache_mode = force_custom_plan
      as $function$
      declare
        window_size constant integer := 200;
        months_a_page constant integer := 12;
        messages_a_page constant integer := 2000;
        model_pattern constant text := '%' || regexp_replace(model_part, '([%_\\\\])', '\\\\\\1', 'g') || '%';
        indexed tsquery;
        whole tsquery;
        oldest timestamptz;
        month timestamptz;
        months integer := 0;
        upper_bound timestamptz := until;
        batch record;
        ids uuid[] := '{}';
        ranks real[] := '{}';
        page_ids uuid[];
        page_ranks real[];
        page_from timestamptz;
        page_to timestamptz;
      begin
        if searcher is null or since is null or until is null or terms is null or with_file is null then
          raise exception 'who searches, for what and between which times must be said'
            using errcode = 'null_value_not_allowed';
        end if;
        if public.acting_user_id() is distinct from searcher then
          raise exception 'who searches is not who this transaction runs for'
            using errcode = 'insufficient_privilege';
        end if;
        if jsonb_typeof(terms) <> 'array' or jsonb_array_length(terms) > 20 or length(terms::text) > 4000
          or length(model_part) > 200 or cardinality(chat_ids) > 200
          or hit_count is null or hit_count not between 1 and 101
          or (after_rank is null) <> (after_id is null)
        then
          raise exception 'at most 20 terms, 200 chats and 101 hits, and a whole place to go on from'
            using errcode = 'invalid_parameter_value';
        end if;
        indexed := public.search_query(terms, true);
        whole := public.search_query(terms, false);
        if with_file then
          indexed := indexed && '''has:file'''::tsquery;
          whole := whole && '''has:file'''::tsquery;
        end if;

        if numnode(indexed) = 0 then
          -- Nothing that an index could answer: so many of the user's newest messages are looked at.
          select
            min(recent.created_at) as oldest, count(*) as looked_at,
            array_agg(recent.id order by recent.created_at desc, recent.id desc) filter (where recent.fits) as ids,
            array_agg(case when numnode(whole) = 0 then 0 else ts_rank(recent.search, whole, 1) end
              order by recent.created_at desc, recent.id desc) filter (where recent.fits) as ranks
          into batch
          from (
            select *,
              (numnode(whole) = 0 or ts_match_vq(message.search, whole))
                and (model_pattern is null or message.model ilike model_pattern)
                and (chat_ids is null or message.session_id = any (chat_ids)) as fits
            from public.chat_history as message
            where message.user_id = searcher
              and message.created_at >= since and message.created_at < until
            order by message.created_at desc
            fetch first (messages_a_page) rows with ties
          ) as recent;
          ids := coalesce(batch.ids, '{}');
          ranks := coalesce(batch.ranks, '{}');
          searched_from := coalesce(batch.oldest, since);
          is_complete := batch.looked_at < messages_a_page;
        else
          oldest := public.oldest_message_time(searcher, since, until);
          while oldest is not null and upper_bound > oldest and months < months_a_page
            and cardinality(ids) < window_size
          loop
            month := greatest(date_trunc('month', upper_bound - interval '1 microsecond', 'UTC'), since);
            select
              array_agg(hit.id) as ids,
              array_agg(ts_rank(hit.search, whole, 1)) as ranks,
              min(hit.created_at) as oldest
            into batch
            from (
              select message.id, message.created_at, message.search
              from public.chat_history as message
              where message.user_id = searcher
                and message.created_at >= month and message.created_at < upper_bound
                and message.search @@ indexed
                and (whole = indexed or ts_match_vq(message.search, whole))
                and (model_pattern is null or message.model ilike model_pattern)
                and (chat_ids is null or message.session_id = any (chat_ids))
              order by message.created_at desc
              fetch first (window_size - cardinality(ids)) rows with ties
            ) as hit;
            if cardinality(ids) + coalesce(cardinality(batch.ids), 0) >= window_size then
              month := batch.oldest;
            end if;
            ids := ids || coalesce(batch.ids, '{}');
            ranks := ranks || coalesce(batch.ranks, '{}');
            upper_bound := month;
            months := months + 1;
          end loop;
          searched_from := upper_bound;
          is_complete := oldest is null or upper_bound <= oldest;
        end if;

        select array_agg(id), array_agg(rank), min(public.uuid_v7_time(id)), max(public.uuid_v7_time(id))
        into page_ids, page_ranks, page_from, page_to
        from (
          select id, rank
          from unnest(ids, ranks) as candidate (id, rank)
          where after_id is null or (rank, id) < (after_rank, after_id)
          order by rank desc, id desc
          limit hit_count
        ) as page;
        if page_ids is null then
          hits := '[]';
          return;
        end if;
        select jsonb_agg(jsonb_build_object(
          'messageId', page.id,
          'rank', page.rank,
          'chatId', message.session_id,
          'role', message.role,
          'model', message.model,
          'text', left(public.message_text(message.parts), 65536),
          'words', public.matching_words(public.message_text(message.parts), terms)
        ) order by page.rank desc, page.id desc)
        into hits
        from unnest(page_ids, page_ranks) as page (id, rank)
        join public.chat_history as message
          on message.id = page.id and message.created_at = public.uuid_v7_time(page.id)
            and message.user_id = searcher
        -- Or every month there is would be planned for.
        where message.created_at between page_from and page_to;
      end
      $function$
    `.execute(db)
    await sql`
      comment on function public.search_messages is
      'The best of a user’s newest 200 messages before until that fit, and how far back that reaches; reads nobody else’s'
    `.execute(db)
    await sql`revoke all on function public.search_messages from public`.execute(db)
  },
}
