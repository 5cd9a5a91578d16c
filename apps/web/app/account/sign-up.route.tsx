import { Link, data, redirect } from 'react-router'
import { textField } from '../request/form-field.ts'
import { pageRequest } from '../request/page-request.server.ts'
import type { Route } from './+types/sign-up.route.ts'
import { AccountPage } from './account-page.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { MailSent } from './mail-sent.tsx'
import { ProviderLinks } from './provider-links.tsx'
import { readCredentials } from './read-credentials.ts'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { user, installation } = await context.get(pageRequest).chatApi.call('getMe')
  if (user?.kind === 'member') return redirect('/')
  return { installation, invitation: new URL(request.url).searchParams.get('invitation') }
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  const name = textField(form, 'name').trim()
  // Whoever pastes the whole link means its end.
  const invitation = textField(form, 'invitation').trim().split('invitation=').at(-1) ?? ''
  const body = {
    ...readCredentials(form),
    ...(name === '' ? {} : { name }),
    ...(invitation === '' ? {} : { invitation }),
  }
  const result = await context.get(pageRequest).chatApi.attempt('signUp', { body })
  if (!result.ok) {
    return data({ problem: result.problem, email: body.email }, { status: result.problem.status })
  }
  return result.value.confirmationNeeded ? { confirmationNeeded: true } : redirect('/', 303)
}

export function meta() {
  return [{ title: 'Sign up · Brainlyx' }]
}

const LEADS = {
  open: 'The chats of this browser come along.',
  invitation: 'One is invited here. The chats of this browser come along.',
  domain: 'With an address of your organisation.',
  closed: 'Nobody can sign up here at the moment. Ask whoever runs this installation.',
}

export default function SignUp({ loaderData, actionData }: Route.ComponentProps) {
  const { installation, invitation } = loaderData
  const { signUp, signInProviders, hasMailbox } = installation
  if (actionData !== undefined && 'confirmationNeeded' in actionData) {
    return (
      <MailSent
        lead="A link is on its way to you. Your account is ready once you have opened it."
        hasMailbox={hasMailbox}
      />
    )
  }
  const asked = invitation ?? (signUp === 'invitation' ? '' : undefined)
  return (
    <AccountPage title="Make an account" lead={LEADS[signUp]}>
      <ProviderLinks providers={signInProviders} invitation={invitation ?? undefined} />
      {(signUp !== 'closed' || asked !== undefined) && (
        <CredentialsForm purpose="sign-up" refused={actionData} invitation={asked} />
      )}
      <p>
        Already have one? <Link to="/sign-in">Sign in</Link>.
      </p>
    </AccountPage>
  )
}
