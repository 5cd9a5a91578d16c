import type { UserEvent } from '@brainlyx/chat-contract'
import { Fragment } from 'react'
import type { ReactNode } from 'react'
import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/user.route.ts'
import { count, dollars, utcTime } from './figures.ts'
import { UserBadges } from './user-badges.tsx'
import { UserStanding } from './user-standing.tsx'

const BAN_REASONS = {
  abuse: 'Abuse of others or of the models',
  spam: 'Spam',
  security: 'The account is in wrong hands',
  payment: 'Unpaid bills',
  request: 'The user asked for it',
  other: 'Something else',
} as const

export async function loader({ params, context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const [detail, { user: me }] = await Promise.all([
    chatApi.call('getUser', { params }),
    chatApi.call('getMe'),
  ])
  return { ...detail, isMe: me?.id === detail.user.id }
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const intent = textField(form, 'intent')
  // What was chosen is judged by chat-api.
  const body = Object.fromEntries(
    ['role', 'tier', 'reason']
      .map((name) => [name, textField(form, name)])
      .filter(([, value]) => value !== ''),
  ) as never
  const call = { params, body }
  const result =
    intent === 'ban'
      ? await chatApi.attempt('banUser', call)
      : intent === 'unban'
        ? await chatApi.attempt('unbanUser', { params })
        : intent === 'end-sign-ins'
          ? await chatApi.attempt('endUserSignIns', { params })
          : await chatApi.attempt('changeUser', call)
  if (result.ok) return redirect(`/admin/users/${params.userId}`, 303)
  return data({ intent, problem: result.problem }, { status: result.problem.status })
}

export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.user.email ?? 'A user'} · Brainlyx` }]
}

export default function UserPage({ loaderData, actionData }: Route.ComponentProps) {
  const { user, standing, usage, events, tiers, pseudonym, isMe } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  const isGone = user.deletingAt !== null
  const problem = (intent: string): ReactNode =>
    actionData?.intent === intent && (
      <p className="form-problem" role="alert">
        {actionData.problem.title} {actionData.problem.detail}
      </p>
    )
  return (
    <>
      <p>
        <Link to="/admin/users">All users</Link>
      </p>
      <h1>{user.email ?? 'A guest'}</h1>
      <UserBadges user={user} />
      <dl className="facts">
        <dt>Name</dt>
        <dd>{user.name ?? '–'}</dd>
        <dt>Here since</dt>
        <dd>{utcTime(user.createdAt)}</dd>
        {user.bannedAt !== null && (
          <>
            <dt>Banned</dt>
            <dd>{utcTime(user.bannedAt)}</dd>
          </>
        )}
        <dt>Standing</dt>
        <dd>
          <UserStanding standing={standing} />
        </dd>
        <dt>This month</dt>
        <dd>
          {count(usage.turns)} {usage.turns === 1 ? 'answer' : 'answers'},{' '}
          {count(usage.inputTokens)} tokens in, {count(usage.outputTokens)} out,{' '}
          {dollars(usage.costPicoUsd)}
        </dd>
        <dt>Id</dt>
        <dd>
          <code>{user.id}</code>
        </dd>
        <dt>In the audit log</dt>
        <dd>
          <Link to={`/admin/audit?subject=${pseudonym}`}>
            <code>{pseudonym}</code>
          </Link>
        </dd>
      </dl>
      <section className="admin-section" aria-labelledby="rights">
        <h2 id="rights">Role and tier</h2>
        {problem('change')}
        <Form method="post" className="filters" key={`${user.role} ${user.tier}`}>
          <label className="field">
            <span>Role</span>
            {/* An own role is another administrator's to change; what is disabled is not sent. */}
            <select name="role" defaultValue={user.role} disabled={isMe || user.kind === 'guest'}>
              <option value="user">User</option>
              <option value="admin">Administrator</option>
            </select>
          </label>
          <label className="field">
            <span>Tier</span>
            <select name="tier" defaultValue={user.tier}>
              {tiers.map((tier) => (
                <option key={tier}>{tier}</option>
              ))}
            </select>
          </label>
          <button
            className="button button-primary"
            name="intent"
            value="change"
            disabled={busy || isGone}
          >
            Save
          </button>
        </Form>
        {isMe && <p className="admin-note">Another administrator can change your role.</p>}
      </section>
      <section className="admin-section" aria-labelledby="access">
        <h2 id="access">Access</h2>
        {problem('ban')}
        {problem('unban')}
        {problem('end-sign-ins')}
        <p>
          Signing out ends every sign-in on every device; the user may come back. A ban also refuses
          them from then on, and stops what is being answered.
        </p>
        <div className="admin-actions">
          <Form method="post">
            <button className="button" name="intent" value="end-sign-ins" disabled={busy || isGone}>
              Sign out everywhere
            </button>
          </Form>
          {user.bannedAt !== null ? (
            <Form method="post">
              <button className="button button-primary" name="intent" value="unban" disabled={busy}>
                Lift the ban
              </button>
            </Form>
          ) : (
            !isMe && (
              <Form method="post" className="filters">
                <label className="field">
                  <span>Reason</span>
                  <select name="reason" required defaultValue="">
                    <option value="" disabled>
                      Choose one
                    </option>
                    {Object.entries(BAN_REASONS).map(([reason, text]) => (
                      <option key={reason} value={reason}>
                        {text}
                      </option>
                    ))}
                  </select>
                </label>
                <button
                  className="button button-danger"
                  name="intent"
                  value="ban"
                  disabled={busy || isGone}
                >
                  Ban
                </button>
              </Form>
            )
          )}
        </div>
      </section>
      <section className="admin-section" aria-labelledby="events">
        <h2 id="events">What happened</h2>
        {events.length === 0 ? (
          <p>Nothing that the audit log keeps.</p>
        ) : (
          <Events events={events} />
        )}
      </section>
      <p className="admin-note">
        What users write is theirs: it is shown nowhere in the administration.
      </p>
    </>
  )
}

function Events({ events }: { events: readonly UserEvent[] }) {
  return (
    <ul className="event-list">
      {events.map(({ id, createdAt, by, isOwn, action, outcome, details }) => (
        <li key={id}>
          <time dateTime={createdAt}>{utcTime(createdAt)}</time>{' '}
          <strong>
            {action}
            {outcome !== 'completed' && `, ${outcome}`}
          </strong>{' '}
          {isOwn ? 'by the user' : by === 'admin' ? 'by an administrator' : 'by the service'}
          {Object.entries(details).map(([name, value]) => (
            <Fragment key={name}>
              , {name}: {String(value)}
            </Fragment>
          ))}
        </li>
      ))}
    </ul>
  )
}
