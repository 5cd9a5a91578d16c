import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * What is revoked is every token older than a version, so that whoever is still let in gets a new one at once, and no
 * two clocks have to agree on what came first.
 */
export const tokens: Migration = {
  async up(db) {
    await sql`
      alter table public.users
        add column token_version integer not null default 1 check (token_version > 0)
    `.execute(db)
    await sql`
      comment on column public.users.token_version is
      'Access tokens carry it. Raised where those that are out there shall count no more'
    `.execute(db)
    // What was revoked until now was revoked for good: greater than any version.
    await sql`
      alter table public.revocations
        add column tokens_below integer not null default 2147483647,
        add column streams_below integer not null default 2147483647
    `.execute(db)
    await sql`
      comment on table public.revocations is
      'Pseudonyms of users and of sign-ins whose access tokens count no more, for as long as one may be valid: those of a version below tokens_below, and streams that were opened by one below streams_below'
    `.execute(db)
    // Replicas ask for the newest every two seconds.
    await sql`create index revocations_revoked_at_idx on public.revocations (revoked_at)`.execute(
      db,
    )
  },
}
