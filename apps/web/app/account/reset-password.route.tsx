import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/reset-password.route.ts'
import { AccountPage } from './account-page.tsx'
import { readMailLink } from './mail-link.ts'
import { PasswordField } from './password-field.tsx'
import { ProblemNote, wrongFields } from './problem-note.tsx'

export async function action({ request, context }: Route.ActionArgs) {
  const password = textField(await request.formData(), 'password')
  const body = { ...readMailLink(request), password }
  const result = await context.get(pageRequest).chatApi.attempt('resetPassword', { body })
  if (result.ok) return redirect('/sign-in?password-changed', 303)
  return data({ problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Choose a new password · Brainlyx' }]
}

export default function ResetPassword({ actionData }: Route.ComponentProps) {
  const busy = useNavigation().state !== 'idle'
  const problem = actionData?.problem
  return (
    <AccountPage
      title="Choose a new password"
      lead="Everybody who is signed in to your account, on whatever device, is signed out."
    >
      <Form method="post" className="form">
        <ProblemNote problem={problem} />
        <PasswordField
          name="password"
          label="New password"
          isNew
          wrong={wrongFields(problem).get('password')}
        />
        <button className="button button-primary" disabled={busy}>
          Change password
        </button>
      </Form>
      {problem?.code === 'link-used' && (
        <p>
          <Link to="/forgot-password">Have a new link sent</Link>
        </p>
      )}
    </AccountPage>
  )
}
