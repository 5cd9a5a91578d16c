import { Form, data, redirect, useNavigation } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-ins.route.ts'
import { SignInEntry } from './sign-in-entry.tsx'

const PATH = '/settings/sign-ins'

export async function loader({ context }: Route.LoaderArgs) {
  const { signIns } = await context.get(pageRequest).chatApi.call('listSignIns')
  return { signIns, now: Date.now() }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const signInId = textField(form, 'signIn')
  const result =
    form.get('intent') === 'end-others'
      ? await chatApi.attempt('endOtherSignIns')
      : await chatApi.attempt('endSignIn', { params: { signInId } })
  // What has ended already is what was asked for.
  if (result.ok || result.problem.code === 'sign-in-not-found') return redirect(PATH, 303)
  return data({ problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Sign-ins · Brainlyx' }]
}

export default function SignIns({ loaderData, actionData }: Route.ComponentProps) {
  const { signIns, now } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  return (
    <div className="page">
      <h1>Sign-ins</h1>
      <p>
        Where you are signed in. One that you do not know? Sign it out, and change your password.
      </p>
      {actionData !== undefined && (
        <p className="form-problem" role="alert">
          {actionData.problem.title} {actionData.problem.detail}
        </p>
      )}
      <ul className="sign-ins">
        {signIns.map((signIn) => (
          <li key={signIn.id}>
            <SignInEntry signIn={signIn} now={now} busy={busy} />
          </li>
        ))}
      </ul>
      {signIns.length > 1 && (
        <Form method="post">
          <button className="button button-danger" name="intent" value="end-others" disabled={busy}>
            Sign out everywhere else
          </button>
        </Form>
      )}
    </div>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}
