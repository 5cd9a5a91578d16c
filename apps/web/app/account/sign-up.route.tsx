import { Link, data, redirect } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-up.route.ts'
import { AccountPage } from './account-page.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { readCredentials } from './read-credentials.ts'

export async function loader({ context }: Route.LoaderArgs) {
  const me = await context.get(pageRequest).chatApi.call('getMe')
  return me.user?.kind === 'member' ? redirect('/') : null
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  const name = textField(form, 'name').trim()
  const body = {
    ...readCredentials(form),
    ...(name === '' ? {} : { name }),
  }
  const result = await context.get(pageRequest).chatApi.attempt('signUp', { body })
  if (result.ok) return redirect('/', 303)
  return data({ problem: result.problem, email: body.email }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Sign up · Brainlyx' }]
}

export default function SignUp({ actionData }: Route.ComponentProps) {
  return (
    <AccountPage title="Make an account" lead="The chats of this browser come along.">
      <CredentialsForm purpose="sign-up" refused={actionData} />
      <p>
        Already have one? <Link to="/sign-in">Sign in</Link>.
      </p>
    </AccountPage>
  )
}
