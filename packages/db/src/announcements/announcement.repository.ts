import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { newId } from '../identifiers/new-id.ts'
import type { AnnouncementRow } from '../tables/announcements.ts'
import type { Database } from '../tables/database.ts'

// System queries: what is told to users is nobody's data.

export type AnnouncementContent = Pick<
  AnnouncementRow,
  'text' | 'severity' | 'audience' | 'tier' | 'startsAt' | 'endsAt'
>

/** More are never shown, and an administrator has long stopped reading. */
const LIMIT = 200

/** All that there are, the newest first. */
export async function listAnnouncements(db: Kysely<Database>): Promise<AnnouncementRow[]> {
  return db.selectFrom('announcements').selectAll().orderBy('id', 'desc').limit(LIMIT).execute()
}

/** What is told at the moment or will be later, the newest first: what a replica keeps in memory. */
export async function listComingAnnouncements(db: Kysely<Database>): Promise<AnnouncementRow[]> {
  return db
    .selectFrom('announcements')
    .selectAll()
    .where((eb) => eb.or([eb('endsAt', 'is', null), eb('endsAt', '>', sql<Date>`now()`)]))
    .orderBy('id', 'desc')
    .limit(LIMIT)
    .execute()
}

/** @throws 23503 where there is no such tier */
export async function insertAnnouncement(
  db: Kysely<Database>,
  content: AnnouncementContent,
): Promise<AnnouncementRow> {
  return db
    .insertInto('announcements')
    .values({ id: newId(), ...content })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * Other words, or more urgent ones, are shown again to who dismissed the former.
 * @returns undefined where it is not there @throws 23503 where there is no such tier
 */
export async function updateAnnouncement(
  db: Kysely<Database>,
  announcement: { id: string } & AnnouncementContent,
): Promise<AnnouncementRow | undefined> {
  const { id, ...content } = announcement
  const isOther = sql<boolean>`(text, severity) is distinct from (${content.text}, ${content.severity})`
  return db
    .updateTable('announcements')
    .set({
      ...content,
      revision: sql<number>`revision + case when ${isOther} then 1 else 0 end`,
      updatedAt: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/** @returns whether it was there */
export async function deleteAnnouncement(db: Kysely<Database>, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('announcements')
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
