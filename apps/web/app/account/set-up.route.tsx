import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/set-up.route.ts'
import { AccountPage } from './account-page.tsx'
import { ProblemNote } from './problem-note.tsx'

export async function loader({ context }: Route.LoaderArgs) {
  const { user } = await context.get(pageRequest).chatApi.call('getMe')
  return { isMember: user?.kind === 'member' }
}

export async function action({ request, context }: Route.ActionArgs) {
  const token = textField(await request.formData(), 'token').trim()
  const result = await context.get(pageRequest).chatApi.attempt('setUp', { body: { token } })
  if (result.ok) return redirect('/', 303)
  return data({ problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Set up · Brainlyx' }]
}

export default function SetUp({ loaderData, actionData }: Route.ComponentProps) {
  const busy = useNavigation().state !== 'idle'
  const problem = actionData?.problem
  if (!loaderData.isMember) {
    return (
      <AccountPage
        title="Set up this installation"
        lead="First make an account, or sign in to yours; then come back to this page."
      >
        <div className="problem-actions">
          <Link className="button button-primary" to="/sign-up">
            Sign up
          </Link>
          <Link className="button" to="/sign-in">
            Sign in
          </Link>
        </div>
      </AccountPage>
    )
  }
  return (
    <AccountPage
      title="Set up this installation"
      lead="The service printed a token when it started. Whoever has it becomes the administrator."
    >
      <Form method="post" className="form">
        <ProblemNote problem={problem} />
        <label className="field">
          <span>Set-up token</span>
          <input
            name="token"
            type="password"
            autoComplete="off"
            required
            maxLength={200}
            aria-invalid={problem === undefined ? undefined : true}
          />
        </label>
        <button className="button button-primary" disabled={busy}>
          Administrate it
        </button>
      </Form>
    </AccountPage>
  )
}
