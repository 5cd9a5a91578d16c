import type { AnnouncementDetail } from '@brainlyx/chat-contract'
import { Link, data, redirect } from 'react-router'
import { SEVERITY_NAMES } from '../announcements/severity-names.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/announcements.route.ts'
import { EMPTY_DRAFT, bodyOf, readDraft } from './announcement-fields.ts'
import { AnnouncementForm } from './announcement-form.tsx'
import { utcTime } from './figures.ts'

export async function loader({ context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const { announcements, tiers } = await chatApi.call('listAllAnnouncements')
  return { announcements, tiers, now: new Date().toISOString() }
}

export async function action({ request, context }: Route.ActionArgs) {
  const draft = readDraft(await request.formData())
  const { chatApi } = context.get(pageRequest)
  const result = await chatApi.attempt('createAnnouncement', { body: bodyOf(draft) })
  if (result.ok) return redirect('/admin/announcements', 303)
  return data({ draft, problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Announcements · Brainlyx' }]
}

export default function AnnouncementsPage({ loaderData, actionData }: Route.ComponentProps) {
  const { announcements, tiers, now } = loaderData
  return (
    <>
      <h1>Announcements</h1>
      <section className="admin-section" aria-labelledby="new-announcement">
        <h2 id="new-announcement">Tell users something</h2>
        <AnnouncementForm
          // Once it was said the form begins anew.
          key={announcements[0]?.id ?? ''}
          draft={actionData?.draft ?? EMPTY_DRAFT}
          problem={actionData?.problem}
          action="Announce"
          tiers={tiers}
        />
        <p className="admin-note">Open pages show it within half a minute.</p>
      </section>
      <section className="admin-section" aria-labelledby="all-announcements">
        <h2 id="all-announcements">Announcements so far</h2>
        {announcements.length === 0 ? (
          <p>There are none.</p>
        ) : (
          <ul className="admin-list">
            {announcements.map((announcement) => (
              <li key={announcement.id}>
                <Row announcement={announcement} now={now} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  )
}

function Row({ announcement, now }: { announcement: AnnouncementDetail; now: string }) {
  const { id, text, severity, audience, tier, startsAt, endsAt } = announcement
  const state = stateOf(announcement, now)
  return (
    <Link to={`/admin/announcements/${id}`} className="admin-row">
      <span className="admin-row-name">{text}</span>
      <span className="badges">
        <span className={state === 'Shown' ? 'badge badge-accent' : 'badge'}>{state}</span>
        <span className={severity === 'outage' ? 'badge badge-danger' : 'badge'}>
          {SEVERITY_NAMES[severity]}
        </span>
        <span className="badge">{audience === 'tier' ? `Tier ${tier}` : AUDIENCES[audience]}</span>
      </span>
      <small>
        {endsAt === null
          ? `from ${utcTime(startsAt)}`
          : `${utcTime(startsAt)} – ${utcTime(endsAt)}`}
      </small>
    </Link>
  )
}

const AUDIENCES = { all: 'Everybody', members: 'Members' } as const

function stateOf({ startsAt, endsAt }: AnnouncementDetail, now: string): string {
  if (endsAt !== null && endsAt <= now) return 'Over'
  return startsAt > now ? 'Planned' : 'Shown'
}
