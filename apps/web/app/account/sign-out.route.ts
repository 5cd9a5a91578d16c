import { redirect } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-out.route.ts'

export async function action({ context }: Route.ActionArgs) {
  await context.get(pageRequest).chatApi.call('signOut')
  return redirect('/', 303)
}

export function loader() {
  return redirect('/')
}
