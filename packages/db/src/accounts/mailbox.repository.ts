import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Database } from '../tables/database.ts'
import type { MailboxRow } from '../tables/mails.ts'

// System queries, of a laptop only.

/** Once more with the same id it is the same mail: what a mail server goes by is the Message-ID. */
export async function putIntoMailbox(
  db: Kysely<Database>,
  mail: Pick<MailboxRow, 'id' | 'address' | 'subject' | 'body'>,
): Promise<void> {
  await db
    .insertInto('mailbox')
    .values(mail)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** The newest first. */
export async function listMailbox(db: Kysely<Database>, limit: number): Promise<MailboxRow[]> {
  return db.selectFrom('mailbox').selectAll().orderBy('id', 'desc').limit(limit).execute()
}

/** Forgets what lay there for a day. @returns how many */
export async function purgeMailbox(db: Kysely<Database>): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('mailbox')
    .where('createdAt', '<', sql<Date>`now() - interval '1 day'`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
