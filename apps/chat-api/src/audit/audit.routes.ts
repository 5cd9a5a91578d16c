import type { AuditEvent, AuditFilter } from '@brainlyx/chat-contract'
import { Identifier } from '@brainlyx/chat-contract'
import { listAuditLog } from '@brainlyx/db'
import type { AuditLogRow, AuditSelection, Database, Pseudonymizer } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../chat/cursor.ts'
import { ANSWERED } from '../http/register-routes.ts'
import type { Handlers } from '../http/register-routes.ts'
import { actorOf, claimOf } from './audit-log.ts'
import type { AuditLog } from './audit-log.ts'

const DEFAULT_WINDOW_MS = 90 * 24 * 60 * 60 * 1000
const EXPORT_BATCH = 1_000
const Place = z.tuple([Identifier])

/** The audit log for administrators. Who is who is asked from the person to the pseudonym, never back. */
export function auditRoutes(dependencies: {
  db: Kysely<Database>
  audit: AuditLog
  pseudonymOf: Pseudonymizer
  findUserId: (email: string) => Promise<string | undefined>
  nowMs: () => number
}): Pick<Handlers, 'listAuditLog' | 'exportAuditLog' | 'findPseudonyms'> {
  const { db, audit, pseudonymOf, findUserId, nowMs } = dependencies

  function selectionOf({ from, until, ...equal }: AuditFilter): AuditSelection {
    // A millisecond more: what has just been written is in it.
    const end = until === undefined ? new Date(nowMs() + 1) : new Date(until)
    return {
      ...equal,
      from: from === undefined ? new Date(end.getTime() - DEFAULT_WINDOW_MS) : new Date(from),
      until: end,
    }
  }

  async function* lines(selection: AuditSelection): AsyncGenerator<string> {
    for (let before: string | undefined; ;) {
      const rows = await listAuditLog(db, { ...selection, before, limit: EXPORT_BATCH })
      if (rows.length > 0) yield rows.map((row) => `${JSON.stringify(toEvent(row))}\n`).join('')
      if (rows.length < EXPORT_BATCH) return
      before = rows.at(-1)!.id
    }
  }

  return {
    async listAuditLog({ query: { cursor, limit, ...filter } }) {
      const before = cursor === undefined ? undefined : decodeCursor(Place, cursor)[0]
      const rows = await listAuditLog(db, { ...selectionOf(filter), before, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const isLast = rows.length <= limit
      return {
        events: page.map(toEvent),
        nextCursor: isLast ? null : encodeCursor([page.at(-1)!.id]),
      }
    },

    async exportAuditLog({ principal, origin, query, request, response }) {
      const selection = selectionOf(query)
      await audit.record({ by: actorOf({ principal, origin }), action: 'audit-log-export' })
      response.attachment(`brainlyx-audit-log-${selection.until.toISOString().slice(0, 10)}.ndjson`)
      response.setHeader('content-type', 'application/x-ndjson')
      if (request.method === 'HEAD') response.end()
      // Cut in the middle it is a download that failed, and no answer any more.
      else {
        await pipeline(Readable.from(lines(selection)), response).catch(() => response.destroy())
      }
      return ANSWERED
    },

    async findPseudonyms({ principal, origin, body: { person } }) {
      const userId = person.includes('@') ? await findUserId(claimOf(person)) : undefined
      const by = actorOf({ principal, origin })
      await audit.record({ by, action: 'pseudonym-question', to: userId ?? person })
      const known = person.includes('@') ? [claimOf(person), userId] : [person]
      return { pseudonyms: known.filter((each) => each !== undefined).map(pseudonymOf) }
    },
  }
}

function toEvent(row: AuditLogRow): AuditEvent {
  const { id, actorKind, actor, action, outcome, subject, address, traceId, createdAt } = row
  const details = { ...row.details }
  const at = createdAt.toISOString()
  return { id, at, actorKind, actor, action, outcome, subject, address, details, traceId }
}
