import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { admitSystemToo } from '../migrate/protect-rows.ts'

/** What an administration needs: something to tell users, what failed lately, and users that can be found by name. */
export const announcements: Migration = {
  async up(db) {
    await sql`
      create table public.announcements (
        id uuid primary key,
        text text not null check (char_length(text) between 1 and 2000),
        severity text not null check (severity in ('info', 'warning', 'outage')),
        audience text not null check (audience in ('all', 'members', 'tier')),
        tier text references public.tiers (name) on delete cascade,
        starts_at timestamptz(3) not null,
        ends_at timestamptz(3) check (ends_at > starts_at),
        revision integer not null default 1,
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now(),
        check ((audience = 'tier') = (tier is not null))
      )
    `.execute(db)
    await sql`
      comment on table public.announcements is
      'What administrators tell users. revision: one more at each change of the text, so that who dismissed it sees it again'
    `.execute(db)

    await sql`
      create table public.failures (
        id uuid primary key,
        created_at timestamptz(3) not null check (created_at = public.uuid_v7_time(id)),
        trace_id text not null check (trace_id ~ '^[0-9a-f]{32}$'),
        service text not null,
        code text not null check (code ~ '^[a-z]+(-[a-z]+)*$'),
        status smallint not null,
        route text not null,
        actor text check (actor ~ '^[A-Za-z0-9_-]{43}$'),
        turn_id uuid,
        decisions jsonb not null default '[]' check (jsonb_typeof(decisions) = 'array')
      )
    `.execute(db)
    await sql`
      comment on table public.failures is
      'What went wrong lately, by the trace id that a user was shown: no words of anybody, the user as a pseudonym. Kept for two weeks'
    `.execute(db)
    await sql`create index failures_trace_id_idx on public.failures (trace_id)`.execute(db)
    await sql`create index failures_created_at_idx on public.failures (created_at)`.execute(db)

    // Stored, since an index on lower(name) does not help where row-level security stands: lower() is not leakproof.
    await sql`
      alter table public.users add column search_name text generated always as (lower(name)) stored
    `.execute(db)
    await sql`
      comment on column public.users.search_name is 'What an administrator’s search by the beginning of a name reads'
    `.execute(db)

    await admitSystemToo(db, 'users', 'select', ['list-users', 'observe-installation'])
    await admitSystemToo(db, 'turns', 'select', ['explain-failure', 'observe-installation'])
    await admitSystemToo(db, 'attempts', 'select', ['observe-installation'])
  },
}
