import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { ErrorPage } from '../errors/error-page.tsx'
import { dollarsOf, formatUsd, picoUsdOf } from '../money/format-usd.ts'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import '../styles/usage.css'
import { BudgetMeter } from '../usage/budget-meter.tsx'
import type { Route } from './+types/budgets.route.ts'

const PATH = '/admin/budgets'

export async function loader({ request, context }: Route.LoaderArgs) {
  const budgets = await context.get(pageRequest).chatApi.call('getBudgets')
  return { ...budgets, saved: new URL(request.url).searchParams.get('saved') }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const intent = textField(form, 'intent')
  const typed = textField(form, 'limit')
  const user = textField(form, 'user').trim()
  // No amount is no limit, as the field says.
  const limitPicoUsd = typed.trim() === '' ? null : picoUsdOf(typed)
  if (limitPicoUsd === undefined && intent !== 'as-tier') {
    return data({ intent, user, message: 'Write an amount in dollars, such as 25 or 0.50.' }, 422)
  }
  const result =
    intent === 'installation'
      ? await chatApi.attempt('setInstallationBudget', { body: { limitPicoUsd: limitPicoUsd! } })
      : await chatApi.attempt('setUserBudget', {
          body: intent === 'as-tier' ? { user } : { user, limitPicoUsd: limitPicoUsd! },
        })
  if (result.ok) return redirect(`${PATH}?saved=${encodeURIComponent(intent)}`, 303)
  const { title, detail, status } = result.problem
  return data({ intent, user, message: detail ?? title }, status)
}

export function meta() {
  return [{ title: 'Budgets · Brainlyx' }]
}

export default function BudgetsPage({ loaderData, actionData }: Route.ComponentProps) {
  const { installation, tiers, users, renewsAt, saved } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  const problemOf = (intent: string) =>
    actionData?.intent === intent ? actionData.message : undefined
  const isSaved = (intent: string): boolean => saved === intent && actionData === undefined
  const alert = installation.alerts.at(-1)?.percent ?? null
  return (
    <>
      <h1>Budgets</h1>
      <section className="data-section" aria-labelledby="all-title">
        <h2 id="all-title">All users together</h2>
        <BudgetMeter {...installation} alert={alert} />
        <p>
          Counted by months in UTC; the next begins on {renewsAt.slice(0, 10)}.
          {installation.reservedPicoUsd !== '0' &&
            ` ${formatUsd(installation.reservedPicoUsd)} are kept for answers that are being written.`}
        </p>
        <Form method="post" className="form">
          <Refusal message={problemOf('installation')} />
          {isSaved('installation') && <output>Saved.</output>}
          <label className="field">
            <span>Limit a month, in dollars</span>
            <input
              name="limit"
              inputMode="decimal"
              defaultValue={
                installation.limitPicoUsd === null ? '' : dollarsOf(installation.limitPicoUsd)
              }
              aria-invalid={problemOf('installation') !== undefined || undefined}
            />
            <small>Empty: no limit.</small>
          </label>
          <button
            className="button button-primary"
            name="intent"
            value="installation"
            disabled={busy}
          >
            Save
          </button>
        </Form>
      </section>
      <section className="data-section" aria-labelledby="tiers-title">
        <h2 id="tiers-title">Each user, by tier</h2>
        <p>
          A month’s budget of whoever has the tier. It is changed with{' '}
          <Link to="/admin/tiers">the tier</Link>.
        </p>
        <ul className="usage-list">
          {tiers.map(({ name, limitPicoUsd }) => (
            <li key={name}>
              <span>{name}</span>
              <span>{limitPicoUsd === null ? 'no limit' : formatUsd(limitPicoUsd)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="data-section" aria-labelledby="users-title">
        <h2 id="users-title">Users by name</h2>
        <p>Those with a budget of their own, and those who have spent half of theirs or more.</p>
        {users.length === 0 ? (
          <p>There are none.</p>
        ) : (
          <ul className="usage-users" aria-label="Users">
            {users.map((user) => (
              <li key={user.userId}>
                <p>
                  <strong>{user.email ?? `Guest ${user.userId}`}</strong>
                  <br />
                  {formatUsd(user.spentPicoUsd)} spent of{' '}
                  {user.limitPicoUsd === null ? 'no limit' : formatUsd(user.limitPicoUsd)}
                  {user.alert !== null && ` (${user.alert} % reached)`}
                </p>
                {user.isOwn && (
                  <Form method="post">
                    <input type="hidden" name="user" value={user.userId} />
                    <button
                      className="small-button"
                      name="intent"
                      value="as-tier"
                      disabled={busy}
                      aria-label={`As the tier: ${user.email ?? 'this guest'}`}
                    >
                      As the tier
                    </button>
                  </Form>
                )}
              </li>
            ))}
          </ul>
        )}
        <Form method="post" className="form">
          <Refusal message={problemOf('user')} />
          {isSaved('user') && <output>Saved.</output>}
          <label className="field">
            <span>E-mail address or id</span>
            <input
              name="user"
              required
              maxLength={320}
              autoComplete="off"
              defaultValue={actionData?.intent === 'user' ? actionData.user : undefined}
            />
          </label>
          <label className="field">
            <span>Limit a month, in dollars</span>
            <input name="limit" inputMode="decimal" />
            <small>Empty: no limit.</small>
          </label>
          <button className="button button-primary" name="intent" value="user" disabled={busy}>
            Give this budget
          </button>
        </Form>
      </section>
    </>
  )
}

function Refusal({ message }: { message: string | undefined }) {
  if (message === undefined) return null
  return (
    <p className="form-problem" role="alert">
      {message}
    </p>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}
