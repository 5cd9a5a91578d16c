import { Form, Link, data, useNavigation } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/forgot-password.route.ts'
import { AccountPage } from './account-page.tsx'
import { MailSent } from './mail-sent.tsx'
import { ProblemNote, wrongFields } from './problem-note.tsx'

export async function loader({ context }: Route.LoaderArgs) {
  const { installation } = await context.get(pageRequest).chatApi.call('getMe')
  const { sendsMail, hasMailbox } = installation
  return { sendsMail, hasMailbox }
}

export async function action({ request, context }: Route.ActionArgs) {
  const email = textField(await request.formData(), 'email').trim()
  const result = await context
    .get(pageRequest)
    .chatApi.attempt('requestPasswordReset', { body: { email } })
  if (result.ok) return { sent: true as const }
  return data({ problem: result.problem, email }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Forgot your password? · Brainlyx' }]
}

export default function ForgotPassword({ loaderData, actionData }: Route.ComponentProps) {
  const { sendsMail, hasMailbox } = loaderData
  const busy = useNavigation().state !== 'idle'
  if (actionData !== undefined && 'sent' in actionData) {
    return (
      <MailSent
        lead="If there is an account with this address, a link is on its way. It is good for an hour."
        hasMailbox={hasMailbox}
      />
    )
  }
  const problem = actionData?.problem
  return (
    <AccountPage
      title="Forgot your password?"
      lead={
        sendsMail
          ? 'A link to choose a new one is sent to you.'
          : 'This installation sends no mail. Ask whoever runs it.'
      }
    >
      {sendsMail && (
        <Form method="post" className="form">
          <ProblemNote problem={problem} />
          <label className="field">
            <span>E-mail</span>
            <input
              name="email"
              type="email"
              autoComplete="username"
              required
              maxLength={254}
              defaultValue={actionData?.email}
              aria-invalid={wrongFields(problem).has('email') || undefined}
            />
          </label>
          <button className="button button-primary" disabled={busy}>
            Send the link
          </button>
        </Form>
      )}
      <p>
        <Link to="/sign-in">Back to signing in</Link>
      </p>
    </AccountPage>
  )
}
