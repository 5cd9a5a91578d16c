import { redirect } from 'react-router'
import { textField } from '../request/form-field.ts'
import { localPath } from '../request/local-path.ts'
import type { Route } from './+types/dismiss.route.ts'
import { dismissedCookie, readDismissed } from './dismissed-cookie.ts'

export async function action({ request }: Route.ActionArgs) {
  const form = await request.formData()
  const dismissed = readDismissed(request.headers.get('cookie'))
  return redirect(localPath(form.get('from')), {
    status: 303,
    headers: { 'set-cookie': dismissedCookie(dismissed, textField(form, 'announcement')) },
  })
}

export function loader() {
  return redirect('/')
}
