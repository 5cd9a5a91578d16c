import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const turns: Migration = {
  async up(db) {
    await sql`
      create table public.turns (
        id uuid not null,
        created_at timestamptz(3) not null check (created_at = public.uuid_v7_time(id)),
        user_id uuid not null,
        session_id uuid not null,
        state text not null check (state in ('running', 'completed', 'stopped', 'failed')),
        owner text not null,
        epoch integer not null check (epoch > 0),
        request_hash bytea not null,
        user_message_id uuid not null,
        answer_message_id uuid,
        model text not null,
        finish text,
        problem jsonb,
        stop_requested_at timestamptz(3),
        ended_at timestamptz(3),
        updated_at timestamptz(3) not null default now(),
        primary key (id, created_at),
        check ((state = 'running') = (ended_at is null))
      ) partition by range (created_at)
    `.execute(db)
    await sql`
      create index turns_user_id_session_id_created_at_idx
      on public.turns (user_id, session_id, created_at desc)
    `.execute(db)
    await sql`create index turns_owner_idx on public.turns (owner) where state = 'running'`.execute(
      db,
    )

    await sql`
      create table public.attempts (
        id uuid not null,
        created_at timestamptz(3) not null check (created_at = public.uuid_v7_time(id)),
        user_id uuid not null,
        turn_id uuid not null,
        epoch integer not null,
        deployment text not null,
        provider text not null,
        model text not null,
        state text not null check (state in ('announced', 'completed', 'failed', 'aborted')),
        raw_finish text,
        input_tokens integer,
        output_tokens integer,
        cached_input_tokens integer,
        cache_write_tokens integer,
        reasoning_tokens integer,
        estimated boolean,
        cost_pico_usd bigint check (cost_pico_usd >= 0),
        time_to_first_token_ms double precision,
        duration_ms double precision,
        error jsonb,
        settled_at timestamptz(3),
        primary key (id, created_at),
        check ((state = 'announced') = (settled_at is null))
      ) partition by range (created_at)
    `.execute(db)
    await sql`
      comment on table public.attempts is
      'The ledger: one row a provider call, announced before it is made. cost_pico_usd null: no known price'
    `.execute(db)
    await sql`create index attempts_user_id_turn_id_idx on public.attempts (user_id, turn_id)`.execute(
      db,
    )
    await sql`
      create index attempts_user_id_created_at_idx on public.attempts (user_id, created_at desc)
    `.execute(db)
  },
}
