import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * Guests get a tier of their own, a tier says how long chats are kept, and each user has a standing that their
 * allowance grows and shrinks with.
 */
export const limits: Migration = {
  async up(db) {
    await sql`
      insert into public.tiers
        (name, position, requests_per_minute, request_burst, concurrent_streams, messages_per_day, tokens_per_day,
          upload_bytes, priority, monthly_budget_pico_usd)
      values ('guest', 0, 120, 60, 3, 100, 500000, 10485760, 1, 25000000000000)
    `.execute(db)
    // What an operator has set stays in force: so far members were one tier.
    await sql`
      update public.tiers set chat_idle_days = policy.chat_idle_days
      from public.retention_policies as policy
      where policy.tier = case tiers.name when 'guest' then 'guest' else 'member' end
    `.execute(db)
    await sql`drop table public.retention_policies`.execute(db)

    // Whoever writes a user need not know: a guest is of the guests' tier, and a member never is.
    await sql`
      create function public.keep_guests_tier() returns trigger
      language plpgsql
      set search_path = pg_catalog, pg_temp
      as $function$
      begin
        if new.kind = 'guest' then
          new.tier := 'guest';
        elsif new.tier = 'guest' then
          new.tier := 'free';
        end if;
        return new;
      end
      $function$
    `.execute(db)
    await sql`
      create trigger keep_guests_tier before insert or update of kind, tier on public.users
      for each row execute function public.keep_guests_tier()
    `.execute(db)

    await sql`
      alter table public.users
        add column standing smallint not null default 100 check (standing between 25 and 200),
        add column standing_reason text not null default 'new' check (standing_reason in
          ('new', 'good-days', 'recovering', 'too-many-requests', 'failed-sign-ins', 'refused-content')),
        add column standing_changed_at timestamptz(3) not null default now(),
        add column standing_reviewed_at timestamptz(3) not null default now()
    `.execute(db)
    await sql`
      comment on column public.users.standing is
      'Per cent of the tier''s limits that this user has: more with good days, less with abuse'
    `.execute(db)

    // Jobs of those who go first are done first.
    await sql`alter table public.outbox add column priority smallint`.execute(db)

    // The owner may change all rows for as long as this transaction takes.
    await sql`alter table public.users no force row level security`.execute(db)
    await sql`update public.users set tier = 'guest' where kind = 'guest'`.execute(db)
    await sql`alter table public.users force row level security`.execute(db)
    // Retention goes through the users of a tier from now on, by another index.
    await sql`drop index if exists public.users_kind_id_idx`.execute(db)
  },
}
