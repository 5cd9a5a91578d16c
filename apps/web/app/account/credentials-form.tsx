import type { Problem } from '@brainlyx/chat-contract'
import { Form, useNavigation } from 'react-router'

/** The shortest password that the contract takes, in characters. */
const PASSWORD_MINIMUM = 10

export interface CredentialsFormProps {
  purpose: 'sign-in' | 'sign-up'
  refused: { problem: Problem; email: string } | undefined
}

export function CredentialsForm({ purpose, refused }: CredentialsFormProps) {
  const busy = useNavigation().state !== 'idle'
  const isNew = purpose === 'sign-up'
  const problem = refused?.problem
  const wrong = new Map(problem?.fields?.map(({ path, message }) => [path, message]))
  return (
    <Form method="post" className="form">
      {problem !== undefined && (
        <p className="form-problem" role="alert">
          {problem.code === 'account-banned' && `${problem.title} `}
          {problem.detail ?? problem.title}
        </p>
      )}
      {isNew && (
        <label className="field">
          <span>
            Name <small>(if you like)</small>
          </span>
          <input name="name" autoComplete="name" maxLength={80} />
        </label>
      )}
      <label className="field">
        <span>E-mail</span>
        <input
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          defaultValue={refused?.email}
          aria-invalid={wrong.has('email') || undefined}
        />
        {wrong.has('email') && <small className="field-problem">{wrong.get('email')}</small>}
      </label>
      <label className="field">
        <span>Password</span>
        <input
          name="password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          required
          minLength={isNew ? PASSWORD_MINIMUM : undefined}
          maxLength={256}
          aria-invalid={wrong.has('password') || undefined}
        />
        {isNew && <small>At least {PASSWORD_MINIMUM} characters; a few words are good.</small>}
        {wrong.has('password') && <small className="field-problem">{wrong.get('password')}</small>}
      </label>
      <button className="button button-primary" disabled={busy}>
        {isNew ? 'Sign up' : 'Sign in'}
      </button>
    </Form>
  )
}
