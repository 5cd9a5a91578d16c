import type { UserEvent } from '@brainlyx/chat-contract'
import { listAuditLog } from '@brainlyx/db'
import type { AuditLogRow, Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'

const EVENTS = 20
/** Older events are on the audit log’s own page. */
const REACH_MS = 180 * 24 * 60 * 60 * 1000
/** How far ahead another replica’s clock may be. */
const CLOCK_TOLERANCE_MS = 60 * 60 * 1000

/** What somebody did, and what was done to them, the newest first. @param pseudonym theirs in the audit log */
export async function listUserEvents(
  db: Kysely<Database>,
  { pseudonym, nowMs }: { pseudonym: string; nowMs: number },
): Promise<UserEvent[]> {
  const from = new Date(nowMs - REACH_MS)
  const until = new Date(nowMs + CLOCK_TOLERANCE_MS)
  const place = { from, until, limit: EVENTS }
  // Two questions, each of which an index answers from its end.
  const found = [
    ...(await listAuditLog(db, { ...place, actor: pseudonym })),
    ...(await listAuditLog(db, { ...place, subject: pseudonym })),
  ]
  return [...new Map(found.map((row) => [row.id, row])).values()]
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, EVENTS)
    .map((row) => describeEvent(row, pseudonym))
}

function describeEvent(row: AuditLogRow, pseudonym: string): UserEvent {
  const { id, actorKind: by, actor, action, outcome, details, traceId } = row
  const createdAt = row.createdAt.toISOString()
  return { id, createdAt, by, isOwn: actor === pseudonym, action, outcome, details, traceId }
}
