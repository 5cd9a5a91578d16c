import { z } from 'zod'
import { Identifier, Timestamp } from './identifier.ts'

export const AnnouncementSeverity = z.enum(['info', 'warning', 'outage'])
export type AnnouncementSeverity = z.infer<typeof AnnouncementSeverity>

/** `all`: whoever opens the page. `members`: who is signed in to an account. `tier`: who has that tier. */
export const AnnouncementAudience = z.enum(['all', 'members', 'tier'])
export type AnnouncementAudience = z.infer<typeof AnnouncementAudience>

/** What a user is told. */
export const Announcement = z.object({
  id: Identifier,
  /** Plain text; addresses that begin with https:// or http:// are to be links. */
  text: z.string(),
  severity: AnnouncementSeverity,
  /** Other words under the same id: who dismissed the former is to see it again. */
  revision: z.int().positive(),
})
export type Announcement = z.infer<typeof Announcement>

/** `GET /announcements`: the most severe first. */
export const AnnouncementList = z.object({ announcements: z.array(Announcement) })
export type AnnouncementList = z.infer<typeof AnnouncementList>

/** The same as an administrator sees it. */
export const AnnouncementDetail = Announcement.extend({
  audience: AnnouncementAudience,
  tier: z.string().nullable(),
  startsAt: Timestamp,
  /** null: until somebody ends it. */
  endsAt: Timestamp.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})
export type AnnouncementDetail = z.infer<typeof AnnouncementDetail>

export const AnnouncementDetailList = z.object({
  announcements: z.array(AnnouncementDetail),
  /** Those that something can be told to. */
  tiers: z.array(z.string()),
})
export type AnnouncementDetailList = z.infer<typeof AnnouncementDetailList>

export const AnnouncementInput = z
  .object({
    text: z.string().trim().min(1, 'write what to say').max(2_000),
    severity: AnnouncementSeverity,
    audience: AnnouncementAudience,
    tier: z.string().min(1).max(64).nullable().default(null),
    /** Absent: now. */
    startsAt: Timestamp.optional(),
    endsAt: Timestamp.nullable().default(null),
  })
  .refine((input) => (input.audience === 'tier') === (input.tier !== null), {
    path: ['tier'],
    message: 'name a tier where the audience is one, and only there',
  })
  .refine(
    ({ startsAt, endsAt }) =>
      endsAt === null || Date.parse(endsAt) > (startsAt === undefined ? 0 : Date.parse(startsAt)),
    { path: ['endsAt'], message: 'is before the start' },
  )
export type AnnouncementInput = z.infer<typeof AnnouncementInput>
