import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const outboxAndProcesses: Migration = {
  async up(db) {
    await sql`
      create table public.outbox (
        id uuid primary key,
        topic text not null,
        payload jsonb not null,
        traceparent text,
        attempts integer not null default 0,
        created_at timestamptz(3) not null,
        delivered_at timestamptz(3)
      )
    `.execute(db)
    await sql`
      create index outbox_undelivered_idx on public.outbox (id) where delivered_at is null
    `.execute(db)
    await sql`
      create index outbox_delivered_at_idx on public.outbox (delivered_at) where delivered_at is not null
    `.execute(db)
    await sql`
      create table public.processes (
        id text primary key,
        service text not null,
        started_at timestamptz(3) not null default now(),
        heartbeat_at timestamptz(3) not null default now()
      )
    `.execute(db)
    await sql`
      comment on table public.processes is
      'One row a running process that owns turns. Alive: heartbeat_at less than five seconds ago by this clock'
    `.execute(db)
  },
}
