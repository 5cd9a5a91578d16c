import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const users: Migration = {
  async up(db) {
    await sql`
      create table public.users (
        id uuid primary key,
        kind text not null check (kind in ('guest', 'member')),
        role text not null default 'user' check (role in ('user', 'admin')),
        name text,
        email text unique check (email = lower(email)),
        merged_into uuid references public.users (id),
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now(),
        check (kind = 'guest' or email is not null)
      )
    `.execute(db)
    await sql`
      comment on column public.users.merged_into is
      'A guest who signed in to an account: everything was moved there, and what still runs for the guest follows'
    `.execute(db)
    await sql`
      create table public.auth_identities (
        auth_user_id text primary key,
        user_id uuid not null references public.users (id),
        created_at timestamptz(3) not null default now()
      )
    `.execute(db)
    await sql`create index auth_identities_user_id_idx on public.auth_identities (user_id)`.execute(
      db,
    )
  },
}
