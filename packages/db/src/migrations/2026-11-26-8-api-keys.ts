import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { admitSystem, protectUserRows } from '../migrate/protect-rows.ts'

/** Keys by which programs call models as their user, and what they call at the moment. */
export const apiKeys: Migration = {
  async up(db) {
    await sql`
      create table public.api_keys (
        id uuid primary key,
        user_id uuid not null references public.users (id),
        name text not null check (char_length(name) between 1 and 80),
        prefix text not null check (prefix ~ '^bx-[0-9A-Za-z]{8}$'),
        secret_hash bytea not null unique check (octet_length(secret_hash) = 32),
        models text[] check (cardinality(models) > 0),
        monthly_budget_pico_usd bigint check (monthly_budget_pico_usd >= 0),
        addresses text[] not null default '{}',
        created_at timestamptz(3) not null,
        changed_at timestamptz(3) not null default now(),
        expires_at timestamptz(3),
        last_used_at timestamptz(3),
        revoked_at timestamptz(3),
        replaced_by uuid references public.api_keys (id)
      )
    `.execute(db)
    await sql`
      comment on table public.api_keys is
      'secret_hash: SHA-256 of the whole key, which nobody keeps; models null: all; addresses: pseudonyms of those it was used from, the newest first; changed_at: replicas forget what they know from before; replaced_by: the key that follows this one, which counts until expires_at'
    `.execute(db)
    await sql`
      create index api_keys_user_id_id_idx on public.api_keys (user_id, id desc)
    `.execute(db)
    await sql`create index api_keys_changed_at_idx on public.api_keys (changed_at)`.execute(db)
    await protectUserRows(db, 'api_keys')
    await admitSystem(db, 'api_keys', 'select', ['find-api-key', 'watch-api-keys'])
    await tellKeysOfTheirUser(db)

    await sql`
      create table public.api_calls (
        id uuid primary key,
        user_id uuid not null references public.users (id),
        api_key_id uuid not null,
        owner text not null,
        input_tokens integer not null check (input_tokens >= 0),
        output_tokens integer not null default 0 check (output_tokens >= 0),
        created_at timestamptz(3) not null
      )
    `.execute(db)
    await sql`
      comment on table public.api_calls is
      'Calls by API keys that are under way, each known to the ledger as a turn of its id; both counts are estimates, for when the owner dies'
    `.execute(db)
    await sql`create index api_calls_owner_idx on public.api_calls (owner)`.execute(db)
    await sql`create index api_calls_user_id_idx on public.api_calls (user_id)`.execute(db)
    await protectUserRows(db, 'api_calls')
    await admitSystem(db, 'api_calls', 'select', ['find-lost-calls'])

    await sql`
      comment on column public.attempts.api_key_id is
      'Whose call it is, where no turn is: turn_id is then the call’s own id'
    `.execute(db)
  },
}

/** A ban or a deletion reaches keys as a change of theirs, whoever makes it and from where. */
async function tellKeysOfTheirUser(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function public.tell_api_keys() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    as $function$
    begin
      update api_keys set changed_at = now() where user_id = new.id;
      return null;
    end
    $function$
  `.execute(db)
  // Row security holds for the owner too, who runs this: it may know nothing of the keys but whose they are.
  await sql`
    create policy owner_tells on public.api_keys to current_user
    using (true) with check (true)
  `.execute(db)
  await sql`
    create trigger users_tell_api_keys
    after update of banned_at, deleting_at on public.users
    for each row
    when (old.banned_at is distinct from new.banned_at or old.deleting_at is distinct from new.deleting_at)
    execute function public.tell_api_keys()
  `.execute(db)
}
