import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { MailboxHint } from '../account/mail-sent.tsx'
import { PasswordField } from '../account/password-field.tsx'
import { ProblemNote, wrongFields } from '../account/problem-note.tsx'
import { ErrorPage } from '../errors/error-page.tsx'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/account.route.ts'

const PATH = '/settings/account'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { chatApi } = context.get(pageRequest)
  const [account, { installation }] = await Promise.all([
    chatApi.call('getAccount'),
    chatApi.call('getMe'),
  ])
  const { sendsMail, hasMailbox } = installation
  const done = new URL(request.url).searchParams.get('done')
  return { account, sendsMail, hasMailbox, done }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const intent = textField(form, 'intent')
  const result =
    intent === 'rename'
      ? await chatApi.attempt('renameAccount', {
          body: { name: textField(form, 'name').trim() || null },
        })
      : intent === 'password'
        ? await chatApi.attempt('changePassword', {
            body: { current: textField(form, 'current'), password: textField(form, 'password') },
          })
        : await chatApi.attempt('sendVerification')
  if (result.ok) return redirect(`${PATH}?done=${encodeURIComponent(intent)}`, 303)
  return data({ intent, problem: result.problem }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Account · Brainlyx' }]
}

export default function AccountSettings({ loaderData, actionData }: Route.ComponentProps) {
  const { account, sendsMail, hasMailbox, done } = loaderData
  const busy = useNavigation().formMethod === 'POST'
  const problemOf = (intent: string) =>
    actionData?.intent === intent ? actionData.problem : undefined
  const isDone = (intent: string): boolean => done === intent && actionData === undefined
  const wrong = wrongFields(problemOf('password'))
  return (
    <div className="page">
      <h1>Account</h1>
      <div className="data-sections">
        <section className="data-section" aria-labelledby="address-title">
          <h2 id="address-title">E-mail</h2>
          <p className="account-address">{account.email}</p>
          <ProblemNote problem={problemOf('verify')} />
          {account.emailVerified ? (
            <p className="data-note">Confirmed.</p>
          ) : isDone('verify') ? (
            <>
              <output>A link is on its way to you.</output>
              <MailboxHint hasMailbox={hasMailbox} />
            </>
          ) : (
            <>
              <p>
                Not confirmed yet.{' '}
                {sendsMail
                  ? 'Open the link in the mail that was sent to you, or have a new one sent.'
                  : 'This installation sends no mail.'}
              </p>
              {hasMailbox && <MailboxHint hasMailbox />}
              {sendsMail && (
                <Form method="post">
                  <button className="button" name="intent" value="verify" disabled={busy}>
                    Send a new link
                  </button>
                </Form>
              )}
            </>
          )}
        </section>
        <section className="data-section" aria-labelledby="name-title">
          <h2 id="name-title">Name</h2>
          <ProblemNote problem={problemOf('rename')} />
          {isDone('rename') && <output>Saved.</output>}
          <Form method="post" className="form">
            <label className="field">
              <span>What you are called here</span>
              <input
                name="name"
                autoComplete="name"
                maxLength={80}
                defaultValue={account.name ?? ''}
              />
            </label>
            <button className="button" name="intent" value="rename" disabled={busy}>
              Save
            </button>
          </Form>
        </section>
        <section className="data-section" aria-labelledby="password-title">
          <h2 id="password-title">Password</h2>
          <ProblemNote problem={problemOf('password')} />
          {isDone('password') && (
            <output>Your password is changed, and other devices are signed out.</output>
          )}
          {account.hasPassword ? (
            <Form method="post" className="form">
              <PasswordField
                name="current"
                label="Current password"
                wrong={problemOf('password')?.code === 'wrong-password' ? 'is wrong' : undefined}
              />
              <PasswordField
                name="password"
                label="New password"
                isNew
                wrong={
                  problemOf('password')?.code === 'wrong-password'
                    ? undefined
                    : wrong.get('password')
                }
              />
              <button className="button" name="intent" value="password" disabled={busy}>
                Change password
              </button>
            </Form>
          ) : (
            <p>
              You have none: you sign in with another service.{' '}
              {sendsMail && (
                <>
                  To have one as well, <Link to="/forgot-password">choose one by mail</Link>.
                </>
              )}
            </p>
          )}
        </section>
        <section className="data-section" aria-labelledby="two-factor-title">
          <h2 id="two-factor-title">Two-step sign-in</h2>
          <p>
            {account.twoFactor.enabled
              ? `A code is asked for at each sign-in. You have ${backupCodes(account.twoFactor.backupCodesLeft)} left.`
              : 'With a code of an authenticator app at each sign-in your password alone opens nothing.'}
          </p>
          <p>
            <Link className="button" to="/settings/account/two-factor">
              {account.twoFactor.enabled ? 'Change this' : 'Set it up'}
            </Link>
          </p>
        </section>
        {account.linked.length > 0 && (
          <section className="data-section" aria-labelledby="linked-title">
            <h2 id="linked-title">Other services</h2>
            <ul className="linked-services">
              {account.linked.map(({ providerId, name, linkedAt }) => (
                <li key={providerId}>
                  {name}, since {linkedAt.slice(0, 10)}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  )
}

function backupCodes(count: number): string {
  return count === 1 ? 'one backup code' : `${count} backup codes`
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}
