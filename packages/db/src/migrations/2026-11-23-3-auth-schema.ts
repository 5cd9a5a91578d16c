import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * The tables of Better Auth 1.7 with the plugins anonymous and jwt, as its own `compileMigrations()` states them, in a
 * schema of their own.
 */
export const authSchema: Migration = {
  async up(db) {
    await sql`create schema auth`.execute(db)
    await sql`
      create table auth."user" (
        "id" text not null primary key,
        "name" text not null,
        "email" text not null unique,
        "emailVerified" boolean not null,
        "image" text,
        "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
        "updatedAt" timestamptz default CURRENT_TIMESTAMP not null,
        "isAnonymous" boolean
      )
    `.execute(db)
    await sql`
      create table auth."session" (
        "id" text not null primary key,
        "expiresAt" timestamptz not null,
        "token" text not null unique,
        "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
        "updatedAt" timestamptz not null,
        "ipAddress" text,
        "userAgent" text,
        "userId" text not null references auth."user" ("id") on delete cascade
      )
    `.execute(db)
    await sql`
      create table auth."account" (
        "id" text not null primary key,
        "accountId" text not null,
        "providerId" text not null,
        "userId" text not null references auth."user" ("id") on delete cascade,
        "accessToken" text,
        "refreshToken" text,
        "idToken" text,
        "accessTokenExpiresAt" timestamptz,
        "refreshTokenExpiresAt" timestamptz,
        "scope" text,
        "password" text,
        "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
        "updatedAt" timestamptz not null
      )
    `.execute(db)
    await sql`
      create table auth."verification" (
        "id" text not null primary key,
        "identifier" text not null,
        "value" text not null,
        "expiresAt" timestamptz not null,
        "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
        "updatedAt" timestamptz default CURRENT_TIMESTAMP not null
      )
    `.execute(db)
    await sql`
      create table auth."jwks" (
        "id" text not null primary key,
        "publicKey" text not null,
        "privateKey" text not null,
        "createdAt" timestamptz not null,
        "expiresAt" timestamptz,
        "alg" text,
        "crv" text
      )
    `.execute(db)
    await sql`create index "session_userId_idx" on auth."session" ("userId")`.execute(db)
    await sql`create index "account_userId_idx" on auth."account" ("userId")`.execute(db)
    await sql`create index "verification_identifier_idx" on auth."verification" ("identifier")`.execute(
      db,
    )
  },
}
