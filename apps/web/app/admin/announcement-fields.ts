import type { AnnouncementDetail } from '@brainlyx/chat-contract'
import { textField } from '../request/form-field.ts'

/** What was typed, to be shown again where it was refused. */
export interface AnnouncementDraft {
  readonly text: string
  readonly severity: string
  readonly audience: string
  readonly tier: string
  /** As a field for a date and a time has it, in UTC: `2026-11-26T14:03`. */
  readonly startsAt: string
  readonly endsAt: string
}

export const EMPTY_DRAFT: AnnouncementDraft = {
  text: '',
  severity: 'info',
  audience: 'all',
  tier: '',
  startsAt: '',
  endsAt: '',
}

export function readDraft(form: FormData): AnnouncementDraft {
  const field = (name: keyof AnnouncementDraft): string => textField(form, name)
  return {
    text: field('text'),
    severity: field('severity'),
    audience: field('audience'),
    tier: field('tier').trim(),
    startsAt: field('startsAt'),
    endsAt: field('endsAt'),
  }
}

export function draftOf(announcement: AnnouncementDetail): AnnouncementDraft {
  const { text, severity, audience, tier, startsAt, endsAt } = announcement
  const local = (time: string): string => time.slice(0, 16)
  return {
    text,
    severity,
    audience,
    tier: tier ?? '',
    startsAt: local(startsAt),
    endsAt: endsAt === null ? '' : local(endsAt),
  }
}

/** As chat-api takes it, which judges it. */
export function bodyOf(draft: AnnouncementDraft): never {
  const { text, severity, audience, tier, startsAt, endsAt } = draft
  return {
    // A form sends other line ends than it shows.
    text: text.replaceAll('\r\n', '\n'),
    severity,
    audience,
    tier: audience === 'tier' && tier !== '' ? tier : null,
    ...(startsAt === '' ? {} : { startsAt: utc(startsAt) }),
    endsAt: endsAt === '' ? null : utc(endsAt),
  } as never
}

/** Browsers leave the seconds out where they are none. */
function utc(local: string): string {
  return `${local}${local.length === 16 ? ':00' : ''}Z`
}
