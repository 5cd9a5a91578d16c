import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-in-code.route.ts'
import { AccountPage } from './account-page.tsx'
import { CodeField } from './code-field.tsx'
import { ProblemNote } from './problem-note.tsx'

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  // Apps show digits in groups; backup codes have no blanks either.
  const code = textField(form, 'code').replaceAll(/\s/g, '')
  const result = await context
    .get(pageRequest)
    .chatApi.attempt('signInWithCode', { body: { code } })
  if (result.ok) return redirect('/', 303)
  return data({ problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Enter your code · Brainlyx' }]
}

export default function SignInCode({ actionData }: Route.ComponentProps) {
  const busy = useNavigation().state !== 'idle'
  const problem = actionData?.problem
  return (
    <AccountPage title="Enter your code" lead="Your authenticator app shows it.">
      <Form method="post" className="form">
        <ProblemNote problem={problem} />
        <CodeField
          label="Code"
          hint="Or one of your backup codes; each is good once."
          digitsOnly={false}
          wrong={problem !== undefined}
        />
        <button className="button button-primary" disabled={busy}>
          Sign in
        </button>
      </Form>
      <p>
        <Link to="/sign-in">Begin anew</Link>
      </p>
    </AccountPage>
  )
}
