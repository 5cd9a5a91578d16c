import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const chats: Migration = {
  async up(db) {
    await sql`
      create table public.chat_sessions (
        id uuid primary key,
        user_id uuid not null references public.users (id),
        title text,
        title_source text check (title_source in ('job', 'user')),
        active_turn_id uuid,
        last_message_id uuid,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null default now(),
        check ((title is null) = (title_source is null))
      )
    `.execute(db)
    await sql`
      create index chat_sessions_user_id_updated_at_id_idx
      on public.chat_sessions (user_id, updated_at desc, id desc)
    `.execute(db)

    // No foreign keys in partitioned tables: each would be checked in every partition, and lock them to detach one.
    await sql`
      create table public.chat_history (
        id uuid not null,
        created_at timestamptz(3) not null check (created_at = public.uuid_v7_time(id)),
        user_id uuid not null,
        session_id uuid not null,
        turn_id uuid not null,
        parent_id uuid,
        role text not null check (role in ('user', 'assistant')),
        parts jsonb not null check (jsonb_typeof(parts) = 'array'),
        model text,
        finish text,
        primary key (id, created_at)
      ) partition by range (created_at)
    `.execute(db)
    await sql`
      create index chat_history_user_id_session_id_created_at_id_idx
      on public.chat_history (user_id, session_id, created_at desc, id desc)
    `.execute(db)
    await sql`
      create index chat_history_user_id_created_at_idx on public.chat_history (user_id, created_at desc)
    `.execute(db)
  },
}
