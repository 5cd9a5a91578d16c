import type { AnnouncementDetail, AnnouncementInput } from '@brainlyx/chat-contract'
import {
  deleteAnnouncement,
  insertAnnouncement,
  isPostgresError,
  listAnnouncements,
  listTierNames,
  updateAnnouncement,
  withMissingPartition,
} from '@brainlyx/db'
import type { AnnouncementContent, AnnouncementRow, Database } from '@brainlyx/db'
import type { Kysely, Transaction } from 'kysely'
import { actorOf } from '../audit/audit-log.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { notFound } from '../http/not-found.ts'
import type { Principal } from '../http/principal.ts'
import type { Handlers } from '../http/register-routes.ts'
import type { RequestOrigin } from '../http/request-origin.ts'
import { invalidRequest } from '../http/validate.ts'
import type { CurrentAnnouncements } from './current-announcements.ts'

export function announcementRoutes(dependencies: {
  db: Kysely<Database>
  current: CurrentAnnouncements
  audit: AuditLog
  nowMs: () => number
}): Pick<
  Handlers,
  | 'listAnnouncements'
  | 'listAllAnnouncements'
  | 'createAnnouncement'
  | 'changeAnnouncement'
  | 'deleteAnnouncement'
> {
  const { db, current, audit, nowMs } = dependencies

  /** With its entry in the audit log, in one transaction; what was done is known everywhere at once. */
  async function change<T>(
    call: { principal: Principal; origin: RequestOrigin },
    action: string,
    run: (transaction: Transaction<Database>) => Promise<T>,
  ): Promise<T> {
    const done = await withMissingPartition(db, () =>
      db.transaction().execute(async (transaction) => {
        const result = await run(transaction)
        await audit.recordIn(transaction, { by: actorOf(call), action })
        return result
      }),
    ).catch((error: unknown) => {
      throw isPostgresError(error) && error.code === '23503' ? noSuchTier : error
    })
    await current.refresh()
    return done
  }

  const contentOf = (input: AnnouncementInput): AnnouncementContent => ({
    text: input.text,
    severity: input.severity,
    audience: input.audience,
    tier: input.tier,
    startsAt: new Date(input.startsAt ?? nowMs()),
    endsAt: input.endsAt === null ? null : new Date(input.endsAt),
  })

  return {
    listAnnouncements: async ({ principal }) => ({ announcements: await current.of(principal) }),

    listAllAnnouncements: async () => ({
      announcements: (await listAnnouncements(db)).map(describe),
      tiers: await listTierNames(db),
    }),

    async createAnnouncement(call) {
      const content = contentOf(call.body)
      refusePast(content, nowMs())
      return describe(
        await change(call, 'announcement-creation', (transaction) =>
          insertAnnouncement(transaction, content),
        ),
      )
    },

    async changeAnnouncement(call) {
      const content = contentOf(call.body)
      return describe(
        await change(call, 'announcement-change', async (transaction) => {
          const { announcementId: id } = call.params
          const row = await updateAnnouncement(transaction, { id, ...content })
          if (row === undefined) throw notFound('announcement')
          return row
        }),
      )
    },

    async deleteAnnouncement(call) {
      await change(call, 'announcement-deletion', async (transaction) => {
        const wasThere = await deleteAnnouncement(transaction, call.params.announcementId)
        if (!wasThere) throw notFound('announcement')
      })
      return undefined
    },
  }
}

function refusePast({ startsAt, endsAt }: AnnouncementContent, nowMs: number): void {
  if (endsAt !== null && (endsAt.getTime() <= nowMs || endsAt <= startsAt)) {
    throw invalidRequest([{ path: 'endsAt', message: 'is over already' }])
  }
}

const noSuchTier = invalidRequest([{ path: 'tier', message: 'is not there' }])

function describe(row: AnnouncementRow): AnnouncementDetail {
  const { id, text, severity, revision, audience, tier } = row
  return {
    id,
    text,
    severity,
    revision,
    audience,
    tier,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
