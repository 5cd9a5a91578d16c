import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What users have done with all of their data, who may no longer come in, and what is remembered of both. */
export const rightsOfTheUser: Migration = {
  async up(db) {
    await sql`alter table public.users add column deleting_at timestamptz(3)`.execute(db)
    await sql`
      comment on column public.users.deleting_at is
      'The account is being deleted: its sign-ins and its name are gone, nothing new may begin for it'
    `.execute(db)

    await sql`
      create table public.data_requests (
        id uuid primary key,
        user_id uuid references public.users (id),
        kind text not null check (kind in ('export', 'import', 'chats-deletion', 'account-deletion')),
        state text not null check (state in ('waiting', 'running', 'completed', 'failed')),
        done integer not null default 0 check (done >= 0),
        total integer check (total >= 0),
        file text,
        size_bytes bigint check (size_bytes >= 0),
        problem text check (problem ~ '^[a-z]+(-[a-z]+)*$'),
        detail text,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null default now(),
        ended_at timestamptz(3),
        expires_at timestamptz(3),
        check ((state in ('waiting', 'running')) = (ended_at is null)),
        check (user_id is not null or kind = 'account-deletion')
      )
    `.execute(db)
    await sql`
      comment on table public.data_requests is
      'Exports, imports and deletions on their way, and exports to fetch. user_id null: of an account that is no more'
    `.execute(db)
    await sql`
      create index data_requests_user_id_id_idx on public.data_requests (user_id, id desc)
    `.execute(db)
    await sql`
      create index data_requests_expires_at_idx on public.data_requests (expires_at)
      where expires_at is not null
    `.execute(db)

    await sql`
      create table public.revocations (
        subject text primary key,
        revoked_at timestamptz(3) not null default now(),
        expires_at timestamptz(3) not null
      )
    `.execute(db)
    await sql`
      comment on table public.revocations is
      'Pseudonyms of users whose access tokens count no more, for as long as one may be valid'
    `.execute(db)

    // A pseudonym is a whole HMAC-SHA-256, so that no name, address or id can be written in its place.
    await sql`
      create table public.audit_log (
        id uuid not null,
        created_at timestamptz(3) not null check (created_at = public.uuid_v7_time(id)),
        actor_kind text not null check (actor_kind in ('user', 'admin', 'service')),
        actor text check (actor ~ '^[A-Za-z0-9_-]{43}$'),
        action text not null check (action ~ '^[a-z]+(-[a-z]+)*$'),
        outcome text not null check (outcome in ('requested', 'completed', 'refused', 'failed')),
        subject text check (subject ~ '^[A-Za-z0-9_-]{43}$'),
        address text check (address ~ '^[A-Za-z0-9_-]{43}$'),
        details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
        trace_id text check (trace_id ~ '^[0-9a-f]{32}$'),
        primary key (id, created_at),
        check (actor is not null or actor_kind = 'service')
      ) partition by range (created_at)
    `.execute(db)
    await sql`
      comment on table public.audit_log is
      'Who did what to whose data: pseudonyms, numbers and names of things only. The runtime role adds and reads'
    `.execute(db)
    await sql`
      create index audit_log_actor_created_at_idx on public.audit_log (actor, created_at desc)
    `.execute(db)
    await sql`
      create index audit_log_subject_created_at_idx on public.audit_log (subject, created_at desc)
    `.execute(db)
  },
}
