import type { Invitation } from '@brainlyx/chat-contract'
import { Form, data, redirect, useNavigation } from 'react-router'
import { ProblemNote, wrongFields } from '../account/problem-note.tsx'
import { CopyButton } from '../markdown/copy-button.tsx'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/invitations.route.ts'

const PATH = '/admin/invitations'

export async function loader({ context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const [{ invitations }, { tiers }] = await Promise.all([
    chatApi.call('listInvitations'),
    chatApi.call('listTiers'),
  ])
  // Guests are not invited.
  return { invitations, tiers: tiers.map(({ name }) => name).filter((name) => name !== 'guest') }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const revoked = textField(form, 'revoke')
  if (revoked !== '') {
    const params = { invitationId: revoked }
    const result = await chatApi.attempt('revokeInvitation', { params })
    if (result.ok) return redirect(PATH, 303)
    return data({ problem: result.problem }, { status: result.problem.status })
  }
  const given = (name: string): Record<string, string> => {
    const value = textField(form, name).trim()
    return value === '' ? {} : { [name]: value }
  }
  const body = { ...given('email'), ...given('tier'), ...given('useLimit'), ...given('days') }
  const result = await chatApi.attempt('createInvitation', { body })
  if (result.ok) return { created: result.value }
  return data({ problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Invitations · Brainlyx' }]
}

export default function Invitations({ loaderData, actionData }: Route.ComponentProps) {
  const { invitations, tiers } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  const problem =
    actionData !== undefined && 'problem' in actionData ? actionData.problem : undefined
  const created =
    actionData !== undefined && 'created' in actionData ? actionData.created : undefined
  const wrong = wrongFields(problem)
  return (
    <>
      <h1>Invitations</h1>
      <ProblemNote problem={problem} />
      {created !== undefined && (
        <section className="data-section" aria-labelledby="link-title">
          <h2 id="link-title">Your new invitation</h2>
          <p>Give this link to whom you invite. It is shown this once.</p>
          <label className="field">
            <span>Link</span>
            <input
              readOnly
              value={created.link}
              onFocus={(event) => event.currentTarget.select()}
            />
          </label>
          <CopyButton text={created.link} label="Copy the link" />
        </section>
      )}
      <section className="data-section" aria-labelledby="invite-title">
        <h2 id="invite-title">Invite somebody</h2>
        {/* Once one is made the form begins anew. */}
        <Form method="post" className="form" key={created?.link ?? ''}>
          <label className="field">
            <span>
              E-mail <small>(if it is for one person)</small>
            </span>
            <input
              name="email"
              type="email"
              autoComplete="off"
              maxLength={254}
              aria-invalid={wrong.has('email') || undefined}
            />
          </label>
          <label className="field">
            <span>How many may use it</span>
            <input name="useLimit" type="number" min={1} max={1000} defaultValue={1} required />
          </label>
          <label className="field">
            <span>Good for how many days</span>
            <input name="days" type="number" min={1} max={90} defaultValue={7} required />
          </label>
          <label className="field">
            <span>Tier</span>
            <select name="tier" defaultValue="free" aria-invalid={wrong.has('tier') || undefined}>
              {tiers.map((tier) => (
                <option key={tier}>{tier}</option>
              ))}
            </select>
          </label>
          <button className="button button-primary" disabled={busy}>
            Make an invitation
          </button>
        </Form>
      </section>
      <section className="data-section" aria-labelledby="list-title">
        <h2 id="list-title">Invitations so far</h2>
        {invitations.length === 0 ? (
          <p>There are none.</p>
        ) : (
          <ul className="data-requests">
            {invitations.map((invitation) => (
              <li key={invitation.id} className="data-request">
                <p>
                  {invitation.email ?? 'For whoever has the link'}
                  {invitation.tier === null ? '' : `, tier ${invitation.tier}`}
                </p>
                <p className="data-note">{stateOf(invitation)}</p>
                {invitation.state === 'usable' && (
                  <Form method="post">
                    <button
                      className="button button-danger"
                      name="revoke"
                      value={invitation.id}
                      disabled={busy}
                    >
                      Withdraw
                    </button>
                  </Form>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  )
}

function stateOf({ state, uses, useLimit, expiresAt }: Invitation): string {
  const used = useLimit === 1 ? '' : `Used ${uses} of ${useLimit} times. `
  switch (state) {
    case 'usable':
      return `${used}Good until ${expiresAt.slice(0, 10)}.`
    case 'used':
      return useLimit === 1 ? 'Used.' : used.trim()
    case 'expired':
      return `${used}Ended on ${expiresAt.slice(0, 10)}.`
    case 'revoked':
      return `${used}Withdrawn.`
  }
}
