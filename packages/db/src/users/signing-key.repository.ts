import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'

// The keys of access tokens, in the auth library's schema, whose columns are in camel case.

export interface SigningKeyRow {
  readonly id: string
  /** A JWK as JSON. */
  readonly publicKey: string
  /** Encrypted. */
  readonly privateKey: string
  readonly createdAt: Date
}

/** All keys, the oldest first. */
export async function listSigningKeys(db: Kysely<Database>): Promise<SigningKeyRow[]> {
  const { rows } = await sql<SigningKeyRow>`
    select "id" as id, "publicKey" as public_key, "privateKey" as private_key,
      "createdAt" as created_at
    from auth."jwks"
    order by "createdAt", "id"
  `.execute(db)
  return rows
}

/** Any number, as long as it is always the same one: replicas that find a new key due make one together. */
const ROTATION_LOCK = 7_236_518_303

/** Adds a key, where none was made since. @returns whether it was added */
export async function addSigningKey(
  db: Kysely<Database>,
  key: Omit<SigningKeyRow, 'createdAt'> & { createdAt: Date; unlessMadeSince: Date },
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${ROTATION_LOCK})`.execute(transaction)
    const { rows } = await sql`
      insert into auth."jwks" ("id", "publicKey", "privateKey", "createdAt", "alg", "crv")
      select ${key.id}, ${key.publicKey}, ${key.privateKey}, ${key.createdAt}, 'EdDSA', 'Ed25519'
      where not exists (select from auth."jwks" where "createdAt" > ${key.unlessMadeSince})
      returning "id"
    `.execute(transaction)
    return rows.length > 0
  })
}

/** Forgets keys of which no token is valid any more. */
export async function deleteSigningKeys(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<void> {
  await sql`delete from auth."jwks" where "id" = any(${[...ids]}::text[])`.execute(db)
}
