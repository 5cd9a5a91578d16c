import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import { timestampOf } from '../identifiers/timestamp-of.ts'
import { addToOutbox } from '../outbox/outbox.repository.ts'
import type { Database } from '../tables/database.ts'
import type { MailRow } from '../tables/mails.ts'

// System queries: they name addresses, never a user.

const HOUR_MS = 60 * 60 * 1000
/** How long what was sent is of use. */
const LIFETIMES_MS: Readonly<Record<MailRow['kind'], number>> = {
  verification: 24 * HOUR_MS,
  reset: HOUR_MS,
  'password-changed': 24 * HOUR_MS,
  'account-exists': 24 * HOUR_MS,
  'budget-50': 24 * HOUR_MS,
  'budget-80': 24 * HOUR_MS,
  'budget-100': 24 * HOUR_MS,
  'installation-budget-50': 24 * HOUR_MS,
  'installation-budget-80': 24 * HOUR_MS,
  'installation-budget-100': 24 * HOUR_MS,
}

/**
 * Has a mail sent, once the transaction is committed. Whether anybody has the address is found out when it is sent.
 * @param mail.mailId of one that may be asked for more than once, and is sent once
 */
export async function addMail(
  transaction: Transaction<Database>,
  mail: {
    mailId?: string
    kind: MailRow['kind']
    address: string
    traceparent?: string | undefined
  },
): Promise<string> {
  const id = mail.mailId ?? newId()
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto('mails')
    .values({
      id,
      kind: mail.kind,
      address: mail.address.toLowerCase(),
      expiresAt: new Date(timestampOf(id).getTime() + LIFETIMES_MS[mail.kind]),
      createdAt: timestampOf(id),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) return id
  const { traceparent } = mail
  await addToOutbox(transaction, [{ topic: 'mail', payload: { mailId: id }, traceparent }])
  return id
}

/** The mail, where it is still to be sent. @param attempt.tokenHash of the link that this attempt sends */
export async function beginMail(
  db: Kysely<Database>,
  attempt: { mailId: string; tokenHash: string },
): Promise<MailRow | undefined> {
  return db
    .updateTable('mails')
    .set({ tokenHashes: sql<string[]>`array_append(token_hashes, ${attempt.tokenHash}::text)` })
    .where('id', '=', attempt.mailId)
    .where('sentAt', 'is', null)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .returningAll()
    .executeTakeFirst()
}

export async function markMailSent(db: Kysely<Database>, mailId: string): Promise<void> {
  await db
    .updateTable('mails')
    .set({ sentAt: sql<Date>`now()` })
    .where('id', '=', mailId)
    .execute()
}

export interface MailLink {
  mailId: string
  kind: MailRow['kind']
  tokenHash: string
}

/** Uses a link up. @returns the address it was sent to; undefined where it is none, was used or is too old */
export async function takeMailLink(
  db: Kysely<Database>,
  link: MailLink,
): Promise<string | undefined> {
  const row = await db
    .updateTable('mails')
    .set({ usedAt: sql<Date>`now()` })
    .where('id', '=', link.mailId)
    .where('kind', '=', link.kind)
    .where(sql<boolean>`${link.tokenHash}::text = any(token_hashes)`)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .returning('address')
    .executeTakeFirst()
  return row?.address
}

/** No link of this kind that was sent to the address before is good for anything now. */
export async function withdrawMailLinks(
  db: Kysely<Database>,
  links: { address: string; kind: MailRow['kind'] },
): Promise<void> {
  await db
    .updateTable('mails')
    .set({ usedAt: sql<Date>`now()` })
    .where('address', '=', links.address.toLowerCase())
    .where('kind', '=', links.kind)
    .where('usedAt', 'is', null)
    .execute()
}

/** Forgets mails a day after their end. @returns how many */
export async function purgeMails(db: Kysely<Database>): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('mails')
    .where('expiresAt', '<', sql<Date>`now() - interval '1 day'`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
