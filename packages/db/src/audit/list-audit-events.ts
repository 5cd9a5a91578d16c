import type { Kysely } from 'kysely'
import type { AuditLogRow } from '../tables/audit-log.ts'
import type { Database } from '../tables/database.ts'

/** How far ahead another replica's clock may be. */
const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

/**
 * What a person did, or what was done to them, the newest first: one index each, read from its end.
 * @param events.person a pseudonym
 */
export async function listAuditEvents(
  db: Kysely<Database>,
  events: { person: string; since: Date; limit: number },
): Promise<AuditLogRow[]> {
  const { person, since, limit } = events
  const until = new Date(Date.now() + CLOCK_TOLERANCE_MS)
  const by = (column: 'actor' | 'subject'): Promise<AuditLogRow[]> =>
    db
      .selectFrom('auditLog')
      .selectAll()
      .where(column, '=', person)
      .where('createdAt', '>=', since)
      .where('createdAt', '<=', until)
      .orderBy('createdAt', 'desc')
      .limit(limit)
      .execute()
  const found = [...(await by('actor')), ...(await by('subject'))]
  return [...new Map(found.map((row) => [row.id, row])).values()]
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit)
}
