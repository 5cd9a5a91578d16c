import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What a user may use, as data that an administrator edits; and whether they may at all. */
export const tiers: Migration = {
  async up(db) {
    await sql`
      create table public.tiers (
        name text primary key check (name ~ '^[a-z]+(-[a-z]+)*$'),
        position smallint not null,
        requests_per_minute integer not null check (requests_per_minute > 0),
        request_burst integer not null check (request_burst > 0),
        concurrent_streams integer not null check (concurrent_streams > 0),
        messages_per_day integer check (messages_per_day > 0),
        tokens_per_day bigint check (tokens_per_day > 0),
        models text[],
        upload_bytes bigint not null check (upload_bytes > 0),
        chat_idle_days integer check (chat_idle_days > 0),
        priority smallint not null check (priority between 0 and 9),
        monthly_budget_pico_usd bigint check (monthly_budget_pico_usd >= 0),
        updated_at timestamptz(3) not null default now()
      )
    `.execute(db)
    await sql`
      comment on table public.tiers is
      'What the users of a tier may use. messages_per_day, tokens_per_day, monthly_budget_pico_usd null: no limit; models null: all; chat_idle_days null: chats are kept; priority: 9 goes first'
    `.execute(db)
    await sql`
      insert into public.tiers
        (name, position, requests_per_minute, request_burst, concurrent_streams, messages_per_day, tokens_per_day,
          upload_bytes, priority, monthly_budget_pico_usd)
      values
        ('free', 1, 120, 60, 3, 200, 1000000, 10485760, 2, 25000000000000),
        ('pro', 2, 300, 120, 10, 2000, 20000000, 52428800, 5, 50000000000000),
        ('team', 3, 600, 240, 20, 5000, 100000000, 104857600, 6, 250000000000000),
        ('enterprise', 4, 1200, 480, 50, null, null, 268435456, 8, null)
    `.execute(db)
    // The new key is checked by a query on users, which fails where it does not say for whom; all rows begin as free.
    await sql`select set_config('brainlyx.system', 'migrate', true)`.execute(db)
    await sql`
      alter table public.users
        add column tier text not null default 'free' references public.tiers (name),
        add column banned_at timestamptz(3)
    `.execute(db)
    await sql`
      comment on column public.users.banned_at is 'From then on nobody is signed in as this user'
    `.execute(db)
  },
}
