import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Turns that wait for the one before them, that nobody owns for a moment, and that have outlived their owners. */
export const turnLineAndRecovery: Migration = {
  async up(db) {
    await sql`
      alter table public.turns
        alter column owner drop not null,
        alter column user_message_id drop not null,
        add column crashes integer not null default 0 check (crashes >= 0),
        add column waiting jsonb,
        add column accepted_at timestamptz not null default clock_timestamp(),
        drop constraint turns_state_check,
        drop constraint turns_check1,
        add constraint turns_state_check
          check (state in ('waiting', 'running', 'completed', 'stopped', 'failed')),
        add constraint turns_ended_check
          check ((state in ('waiting', 'running')) = (ended_at is null)),
        add constraint turns_waiting_check check ((state = 'waiting') = (waiting is not null)),
        add constraint turns_message_check
          check (user_message_id is not null or state in ('waiting', 'stopped'))
    `.execute(db)
    await sql`
      comment on column public.turns.owner is
      'processes.id of who produces it. Null: nobody does; it waits, or was handed over and is for any worker to take'
    `.execute(db)
    await sql`
      comment on column public.turns.crashes is 'How many owners died while they produced it'
    `.execute(db)
    await sql`
      comment on column public.turns.waiting is
      'What to begin with once the chat is free: its message joins the chat only then, so that parents stay older than children'
    `.execute(db)
    await sql`
      create index turns_waiting_idx on public.turns (user_id, session_id, accepted_at)
      where state = 'waiting'
    `.execute(db)
    await sql`
      create index chat_history_user_id_session_id_parent_id_idx
      on public.chat_history (user_id, session_id, parent_id)
    `.execute(db)
  },
}
