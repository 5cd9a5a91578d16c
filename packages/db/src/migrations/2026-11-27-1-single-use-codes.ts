import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** A code of an authenticator app is good once. */
export const singleUseCodes: Migration = {
  async up(db) {
    await sql`alter table auth."twoFactor" add column "lastStep" bigint`.execute(db)
    await sql`
      comment on column auth."twoFactor"."lastStep" is
      'Half minutes since 1970, of the last code that was accepted; ours, the auth library knows nothing of it'
    `.execute(db)
  },
}
