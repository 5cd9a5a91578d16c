import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { admitSystem } from '../migrate/protect-rows.ts'

/** E-mail that proves an address, who may sign up, second factors, and the first administrator. */
export const accounts: Migration = {
  async up(db) {
    await sql`alter table public.users add column email_verified_at timestamptz(3)`.execute(db)
    await sql`
      comment on column public.users.email_verified_at is
      'When its owner showed that they read what is sent to email; null: not yet'
    `.execute(db)
    await makeMails(db)
    await makeSignUpRules(db)
    await sql`
      create table public.set_up_tokens (
        hash text primary key,
        expires_at timestamptz(3) not null
      )
    `.execute(db)
    await sql`
      comment on table public.set_up_tokens is
      'SHA-256 of what replicas printed at their boot while nobody administrated; the first one used makes the administrator'
    `.execute(db)
    await extendAuthSchema(db)
    await admitSystem(db, 'users', 'select', [
      'find-account',
      'find-first-member',
      'merge-guest',
      'find-idle-chats',
      'find-merged-guests',
      'forget-user',
      'find-administrator',
      'find-by-address',
    ])
  },
}

async function makeMails(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`
    create table public.mails (
      id uuid primary key,
      kind text not null check (kind in ('verification', 'reset', 'password-changed', 'account-exists')),
      address text not null check (address = lower(address)),
      token_hashes text[] not null default '{}',
      expires_at timestamptz(3) not null,
      sent_at timestamptz(3),
      used_at timestamptz(3),
      created_at timestamptz(3) not null default now()
    )
  `.execute(db)
  await sql`
    comment on table public.mails is
    'What is sent to an address, and so to whoever has it at that moment. token_hashes: SHA-256 of what its link ends with, one of each attempt to send it; used_at: the link has served'
  `.execute(db)
  await sql`create index mails_address_idx on public.mails (address)`.execute(db)
  await sql`create index mails_expires_at_idx on public.mails (expires_at)`.execute(db)
  await sql`
    create table public.mailbox (
      id uuid primary key,
      address text not null,
      subject text not null,
      body text not null,
      created_at timestamptz(3) not null default now()
    )
  `.execute(db)
  await sql`
    comment on table public.mailbox is
    'Stands for the mail server on a laptop, and on a laptop only: it holds links in clear'
  `.execute(db)
}

async function makeSignUpRules(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`
    create table public.sign_up_rules (
      only_row boolean primary key default true check (only_row),
      mode text not null check (mode in ('open', 'invitation', 'domain', 'closed')),
      domains text[] not null default '{}',
      updated_at timestamptz(3) not null default now(),
      check (mode <> 'domain' or cardinality(domains) > 0)
    )
  `.execute(db)
  await sql`
    comment on table public.sign_up_rules is
    'What an administrator has set; without a row the environment''s SIGN_UP holds'
  `.execute(db)
  await sql`
    create table public.invitations (
      id uuid primary key,
      token_hash text not null unique,
      email text check (email = lower(email)),
      tier text references public.tiers (name),
      use_limit integer not null check (use_limit > 0),
      uses integer not null default 0 check (uses between 0 and use_limit),
      expires_at timestamptz(3) not null,
      revoked_at timestamptz(3),
      created_at timestamptz(3) not null default now()
    )
  `.execute(db)
}

/** As the library's own `compileMigrations()` states them for its plugin two-factor. */
async function extendAuthSchema(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`alter table auth."user" add column "twoFactorEnabled" boolean`.execute(db)
  await sql`
    create table auth."twoFactor" (
      "id" text not null primary key,
      "secret" text not null,
      "backupCodes" text not null,
      "userId" text not null references auth."user" ("id") on delete cascade,
      "verified" boolean,
      "failedVerificationCount" integer,
      "lockedUntil" timestamptz
    )
  `.execute(db)
  await sql`create index "twoFactor_userId_idx" on auth."twoFactor" ("userId")`.execute(db)
  // Two callbacks at once must not make two accounts of one person of a provider.
  await sql`
    create unique index "account_provider_idx" on auth."account" ("providerId", "accountId")
  `.execute(db)
}
