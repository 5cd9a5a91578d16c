import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/verify-email.route.ts'
import { AccountPage } from './account-page.tsx'
import { readMailLink } from './mail-link.ts'
import { ProblemNote } from './problem-note.tsx'

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const result = await chatApi.attempt('verifyEmail', { body: readMailLink(request) })
  if (!result.ok) return data({ problem: result.problem }, { status: result.problem.status })
  const { user } = await chatApi.call('getMe')
  return redirect(user?.kind === 'member' ? '/settings/account' : '/sign-in?confirmed', 303)
}

export function meta() {
  return [{ title: 'Confirm your address · Brainlyx' }]
}

/** A button, since programs that look through mail open every link in it. */
export default function VerifyEmail({ actionData }: Route.ComponentProps) {
  const busy = useNavigation().state !== 'idle'
  const problem = actionData?.problem
  return (
    <AccountPage
      title="Confirm your address"
      lead="Do so if you have made an account here; otherwise close this page."
    >
      <Form method="post" className="form">
        <ProblemNote problem={problem} />
        <button className="button button-primary" disabled={busy}>
          It is mine
        </button>
      </Form>
      {problem !== undefined && (
        <p>
          <Link to="/sign-in">Sign in</Link> to have a new link sent.
        </p>
      )}
    </AccountPage>
  )
}
