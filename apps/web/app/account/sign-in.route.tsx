import { Link, data, redirect } from 'react-router'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-in.route.ts'
import { AccountPage } from './account-page.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { ProviderLinks } from './provider-links.tsx'
import { readCredentials } from './read-credentials.ts'
import { refusalText } from './refusal-text.ts'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { user, installation } = await context.get(pageRequest).chatApi.call('getMe')
  if (user?.kind === 'member') return redirect('/')
  const query = new URL(request.url).searchParams
  return {
    installation,
    refusal: refusalText(query.get('refused')),
    passwordIsNew: query.has('password-changed'),
    isConfirmed: query.has('confirmed'),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  const body = readCredentials(await request.formData())
  const result = await context.get(pageRequest).chatApi.attempt('signIn', { body })
  if (result.ok) return redirect(result.value.codeNeeded ? '/sign-in/code' : '/', 303)
  return data({ problem: result.problem, email: body.email }, { status: result.problem.status })
}

export function meta() {
  return [{ title: 'Sign in · Brainlyx' }]
}

export default function SignIn({ loaderData, actionData }: Route.ComponentProps) {
  const { installation, refusal, passwordIsNew, isConfirmed } = loaderData
  const { guests, sendsMail, signInProviders, signUp } = installation
  return (
    <AccountPage title="Welcome back" lead="Your chats are where you left them.">
      {passwordIsNew && <output>Your password is changed. Sign in with it.</output>}
      {isConfirmed && <output>Your address is confirmed.</output>}
      {refusal !== null && actionData === undefined && (
        <p className="form-problem" role="alert">
          {refusal}
        </p>
      )}
      <ProviderLinks providers={signInProviders} />
      <CredentialsForm purpose="sign-in" refused={actionData} />
      {sendsMail && (
        <p>
          <Link to="/forgot-password">Forgot your password?</Link>
        </p>
      )}
      <p>
        {signUp === 'closed' ? null : (
          <>
            No account yet? <Link to="/sign-up">Sign up</Link>
            {guests ? ', or ' : '.'}
          </>
        )}
        {guests && (
          <>
            <Link to="/">go on as a guest</Link>.
          </>
        )}
      </p>
    </AccountPage>
  )
}
