import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { protectUserRows } from '../../migrate/protect-rows.ts'

/** What the ledger and the turns must know for the budgets. */
export async function extendLedger(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table public.attempts
      add column purpose text not null default 'turn' check (purpose in ('turn', 'title', 'api')),
      add column api_key_id uuid,
      add column input_pico_usd_per_token bigint check (input_pico_usd_per_token >= 0),
      add column output_pico_usd_per_token bigint check (output_pico_usd_per_token >= 0)
  `.execute(db)
  await sql`
    comment on column public.attempts.turn_id is
    'The turn that the call was made for; what was made for none has an id of its own here'
  `.execute(db)
  await sql`
    comment on column public.attempts.input_pico_usd_per_token is
    'With output_pico_usd_per_token what the call costs where nobody hears how it ends'
  `.execute(db)
  await sql`
    alter table public.turns
      add column reserved_pico_usd bigint default 0 check (reserved_pico_usd >= 0),
      add column reserved_month date,
      add column reserved_slice smallint,
      add column cost_pico_usd bigint check (cost_pico_usd >= 0)
  `.execute(db)
  await sql`
    comment on column public.turns.reserved_pico_usd is
    'Of the budgets, until the turn ends. null: nothing yet, so nobody may be called for it'
  `.execute(db)
  await sql`
    alter table public.chat_history
      add column cost_pico_usd bigint check (cost_pico_usd >= 0),
      add column input_tokens integer,
      add column output_tokens integer
  `.execute(db)
  await sql`alter table public.chat_sessions add column text_bytes bigint`.execute(db)
  await sql`
    comment on column public.chat_sessions.text_bytes is
    'UTF-8 bytes of the text of all its messages, for an estimate of what a prompt costs; null: not known'
  `.execute(db)
}

/** Budgets, and what is reserved and spent of them. */
export async function makeTables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table public.user_budgets (
      user_id uuid primary key,
      monthly_pico_usd bigint check (monthly_pico_usd >= 0),
      updated_at timestamptz(3) not null default now()
    )
  `.execute(db)
  await sql`
    comment on table public.user_budgets is
    'Users with another budget than their tier has; monthly_pico_usd null: no limit'
  `.execute(db)
  await sql`
    create table public.budgets (
      user_id uuid not null,
      scope text not null check (scope in ('user', 'api-key')),
      subject uuid not null,
      month date not null,
      limit_pico_usd bigint,
      reserved_pico_usd bigint not null default 0,
      spent_pico_usd bigint not null default 0,
      alerted smallint not null default 0 check (alerted in (0, 50, 80, 100)),
      updated_at timestamptz(3) not null default now(),
      primary key (user_id, scope, subject, month)
    ) with (fillfactor = 70)
  `.execute(db)
  await sql`
    comment on table public.budgets is
    'A month (UTC) of a user or of an API key. spent is the sum of the ledger, reserved that of the running turns; limit as of the last reservation, null: none; alerted: the percentage that was last told of'
  `.execute(db)
  await sql`create index budgets_month_idx on public.budgets (month, user_id) where alerted > 0`.execute(
    db,
  )
  await sql`
    create table public.usage_days (
      user_id uuid not null,
      day date not null,
      model text not null,
      calls integer not null,
      input_tokens bigint not null,
      output_tokens bigint not null,
      cost_pico_usd bigint not null,
      primary key (user_id, day, model)
    ) with (fillfactor = 70)
  `.execute(db)
  await sql`
    comment on table public.usage_days is 'The settled ledger by user, day (UTC) and model'
  `.execute(db)
  for (const table of ['user_budgets', 'budgets', 'usage_days']) await protectUserRows(db, table)
  // The triggers run as the owner, at a commit, whoever the transaction runs for by then.
  for (const table of ['budgets', 'usage_days']) {
    await sql`
      create policy ledger_rows on public.${sql.id(table)} to current_user
      using (true) with check (true)
    `.execute(db)
  }

  await sql`
    create table public.installation_budget (
      only_row boolean primary key default true check (only_row),
      monthly_pico_usd bigint check (monthly_pico_usd >= 0),
      updated_at timestamptz(3) not null default now()
    )
  `.execute(db)
  await sql`insert into public.installation_budget default values`.execute(db)
  await sql`
    comment on table public.installation_budget is
    'What all users together may spend a month; null: no limit'
  `.execute(db)
  await sql`
    create table public.installation_spending (
      month date not null,
      slice smallint not null check (slice between 0 and 15),
      reserved_pico_usd bigint not null default 0,
      spent_pico_usd bigint not null default 0,
      primary key (month, slice)
    ) with (fillfactor = 40)
  `.execute(db)
  await sql`
    comment on table public.installation_spending is
    'What all users together have reserved and spent, in sixteen rows a month, since every turn writes one of them'
  `.execute(db)
  await sql`
    create table public.installation_alerts (
      month date not null,
      percent smallint not null check (percent in (50, 80, 100)),
      created_at timestamptz(3) not null default now(),
      primary key (month, percent)
    )
  `.execute(db)
}
