import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { failPage } from '../errors/fail-page.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/announcement.route.ts'
import { bodyOf, draftOf, readDraft } from './announcement-fields.ts'
import { AnnouncementForm } from './announcement-form.tsx'

export async function loader({ params, context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const { announcements, tiers } = await chatApi.call('listAllAnnouncements')
  const announcement = announcements.find(({ id }) => id === params.announcementId)
  return { announcement: announcement ?? failPage(404, null), tiers }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const draft = readDraft(form)
  const result =
    form.get('intent') === 'delete'
      ? await chatApi.attempt('deleteAnnouncement', { params })
      : await chatApi.attempt('changeAnnouncement', { params, body: bodyOf(draft) })
  if (result.ok) return redirect('/admin/announcements', 303)
  return data({ draft, problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Announcement · Brainlyx' }]
}

export default function AnnouncementPage({ loaderData, actionData }: Route.ComponentProps) {
  const busy = useNavigation().formMethod === 'POST'
  return (
    <>
      <p>
        <Link to="/admin/announcements">All announcements</Link>
      </p>
      <h1>Change an announcement</h1>
      <AnnouncementForm
        draft={actionData?.draft ?? draftOf(loaderData.announcement)}
        problem={actionData?.problem}
        action="Save"
        tiers={loaderData.tiers}
      />
      <p className="admin-note">Whoever dismissed it sees it again if its words change.</p>
      <Form method="post">
        <button className="button button-danger" name="intent" value="delete" disabled={busy}>
          Take it back
        </button>
      </Form>
    </>
  )
}
