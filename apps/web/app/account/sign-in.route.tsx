import { Link, data, redirect } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-in.route.ts'
import { AccountPage } from './account-page.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { readCredentials } from './read-credentials.ts'

export async function loader({ context }: Route.LoaderArgs) {
  const me = await context.get(pageRequest).chatApi.call('getMe')
  return me.user?.kind === 'member' ? redirect('/') : null
}

export async function action({ request, context }: Route.ActionArgs) {
  const body = readCredentials(await request.formData())
  const result = await context.get(pageRequest).chatApi.attempt('signIn', { body })
  if (result.ok) return redirect('/', 303)
  return data({ problem: result.problem, email: body.email }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Sign in · Brainlyx' }]
}

export default function SignIn({ actionData }: Route.ComponentProps) {
  return (
    <AccountPage title="Welcome back" lead="Your chats are where you left them.">
      <CredentialsForm purpose="sign-in" refused={actionData} />
      <p>
        No account yet? <Link to="/sign-up">Sign up</Link>, or <Link to="/">go on as a guest</Link>.
      </p>
    </AccountPage>
  )
}
