import { redirect } from 'react-router'
import { localPath } from '../request/local-path.ts'
import type { Route } from './+types/theme.route.ts'
import { isTheme, themeCookie } from './theme-cookie.ts'

export async function action({ request }: Route.ActionArgs) {
  const form = await request.formData()
  const theme = form.get('theme')
  return redirect(localPath(form.get('from')), {
    status: 303,
    headers: { 'set-cookie': themeCookie(isTheme(theme) ? theme : 'system') },
  })
}

export function loader() {
  return redirect('/')
}
