import type { Problem } from '@brainlyx/chat-contract'
import type { ReactNode } from 'react'
import { Form, Link, data, redirect, useNavigation } from 'react-router'
import { CodeField } from '../account/code-field.tsx'
import { PasswordField } from '../account/password-field.tsx'
import { ProblemNote } from '../account/problem-note.tsx'
import { ErrorPage } from '../errors/error-page.tsx'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/two-factor.route.ts'
import { qrImage } from './qr-image.server.ts'

const ACCOUNT_PATH = '/settings/account'

/** What a form was answered with. */
interface Shown {
  problem?: Problem
  setUp?: { uri: string; secret: string; qr: string }
  backupCodes?: string[]
}

export async function loader({ context }: Route.LoaderArgs) {
  const { twoFactor, hasPassword } = await context.get(pageRequest).chatApi.call('getAccount')
  return { ...twoFactor, hasPassword }
}

export async function action({ request, context }: Route.ActionArgs) {
  const { chatApi } = context.get(pageRequest)
  const form = await request.formData()
  const intent = textField(form, 'intent')
  const password = textField(form, 'password')
  if (intent === 'begin') {
    const result = await chatApi.attempt('beginTwoFactor', { body: { password } })
    return result.ok ? data(shownOnce(result.value)) : refuse(result.problem)
  }
  if (intent === 'confirm') {
    const code = textField(form, 'code').replaceAll(/\s/g, '')
    const result = await chatApi.attempt('confirmTwoFactor', { body: { code } })
    if (result.ok) return redirect(ACCOUNT_PATH, 303)
    // Shown again from the form itself: the server keeps no secret to show twice.
    const uri = textField(form, 'uri')
    const backupCodes = textField(form, 'backup-codes').split(' ').slice(0, 20)
    return refuse(result.problem, uri === '' ? {} : shownOnce({ uri, backupCodes }))
  }
  if (intent === 'renew') {
    const result = await chatApi.attempt('renewBackupCodes', { body: { password } })
    return result.ok
      ? data<Shown>({ backupCodes: result.value.backupCodes })
      : refuse(result.problem)
  }
  const result = await chatApi.attempt('endTwoFactor', { body: { password } })
  return result.ok ? redirect(ACCOUNT_PATH, 303) : refuse(result.problem)
}

function refuse(problem: Problem, shown: Shown = {}) {
  return data<Shown>({ ...shown, problem }, { status: problem.status })
}

function shownOnce({ uri, backupCodes }: { uri: string; backupCodes: string[] }): Shown {
  const secret = URL.canParse(uri) ? (new URL(uri).searchParams.get('secret') ?? '') : ''
  return { setUp: { uri, secret, qr: qrImage(uri.slice(0, 500)) }, backupCodes }
}

export function meta() {
  return [{ title: 'Two-step sign-in · Brainlyx' }]
}

export default function TwoFactor({ loaderData, actionData }: Route.ComponentProps) {
  const { enabled, hasPassword } = loaderData
  const { problem, setUp, backupCodes }: Shown = actionData ?? {}
  return (
    <div className="page">
      <h1>Two-step sign-in</h1>
      <p>
        <Link to={ACCOUNT_PATH}>Back to your account</Link>
      </p>
      <ProblemNote problem={problem} />
      <div className="data-sections">
        {setUp !== undefined && backupCodes !== undefined ? (
          <SetUp {...setUp} backupCodes={backupCodes} isWrong={problem !== undefined} />
        ) : enabled ? (
          <>
            {backupCodes !== undefined && (
              <section className="data-section" aria-labelledby="new-codes-title">
                <h2 id="new-codes-title">Your new backup codes</h2>
                <BackupCodes codes={backupCodes} />
              </section>
            )}
            <Proven id="renew" title="New backup codes" action="Make new ones">
              The ones that you have are then good no more.
            </Proven>
            <Proven id="end" title="Ask for codes no more" action="Switch off" isDanger>
              Your password alone opens your account then.
            </Proven>
          </>
        ) : hasPassword ? (
          <Proven id="begin" title="Set it up" action="Begin">
            You need an app that shows codes, such as one of those that keep passwords.
          </Proven>
        ) : (
          <p>You sign in with another service; whether it asks for a code is set there.</p>
        )}
      </div>
    </div>
  )
}

function SetUp({
  uri,
  secret,
  qr,
  backupCodes,
  isWrong,
}: {
  uri: string
  secret: string
  qr: string
  backupCodes: readonly string[]
  isWrong: boolean
}) {
  const busy = useNavigation().formMethod === 'POST'
  return (
    <>
      <section className="data-section" aria-labelledby="scan-title">
        <h2 id="scan-title">1. Scan this with your app</h2>
        <img
          className="qr-code"
          src={qr}
          alt="QR code for your authenticator app"
          width={224}
          height={224}
        />
        <p className="data-note">
          Or type this into it: <code className="secret-text">{secret}</code>
        </p>
      </section>
      <section className="data-section" aria-labelledby="keep-title">
        <h2 id="keep-title">2. Keep these backup codes</h2>
        <BackupCodes codes={backupCodes} />
      </section>
      <section className="data-section" aria-labelledby="confirm-title">
        <h2 id="confirm-title">3. Enter the code that the app shows</h2>
        <Form method="post" className="form">
          <input type="hidden" name="uri" value={uri} />
          <input type="hidden" name="backup-codes" value={backupCodes.join(' ')} />
          <CodeField label="Code" digitsOnly wrong={isWrong} />
          <button className="button button-primary" name="intent" value="confirm" disabled={busy}>
            Switch on
          </button>
        </Form>
      </section>
    </>
  )
}

function BackupCodes({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <p>
        Each stands in for your app once, should you lose it. They are shown this once; keep them
        where you keep what matters.
      </p>
      <ul className="backup-codes" aria-label="Backup codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Something that only who knows the password may do. */
function Proven({
  id,
  title,
  action,
  isDanger = false,
  children,
}: {
  id: string
  title: string
  action: string
  isDanger?: boolean
  children: ReactNode
}) {
  const busy = useNavigation().formMethod === 'POST'
  return (
    <section className="data-section" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p>{children}</p>
      <Form method="post" className="form">
        <PasswordField name="password" label="Password" />
        <button
          className={`button ${isDanger ? 'button-danger' : 'button-primary'}`}
          name="intent"
          value={id}
          disabled={busy}
        >
          {action}
        </button>
      </Form>
    </section>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}
