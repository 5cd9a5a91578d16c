import type { Problem } from '@brainlyx/chat-contract'
import { Form, useNavigation } from 'react-router'
import { PasswordField } from './password-field.tsx'
import { wrongFields } from './problem-note.tsx'

export interface CredentialsFormProps {
  purpose: 'sign-in' | 'sign-up'
  refused: { problem: Problem; email: string } | undefined
  /** What a link brought; undefined: nobody is asked for one. */
  invitation?: string | undefined
}

export function CredentialsForm({ purpose, refused, invitation }: CredentialsFormProps) {
  const busy = useNavigation().state !== 'idle'
  const isNew = purpose === 'sign-up'
  const problem = refused?.problem
  const wrong = wrongFields(problem)
  return (
    <Form method="post" className="form">
      {problem !== undefined && (
        <p className="form-problem" role="alert">
          {problem.code === 'account-banned' && `${problem.title} `}
          {problem.detail ?? problem.title}
        </p>
      )}
      {invitation !== undefined && (
        <label className="field">
          <span>Invitation</span>
          <input
            name="invitation"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={200}
            defaultValue={invitation}
            aria-invalid={wrong.has('invitation') || undefined}
          />
          <small>The end of the link that you were given.</small>
        </label>
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
      <PasswordField name="password" label="Password" isNew={isNew} wrong={wrong.get('password')} />
      <button className="button button-primary" disabled={busy}>
        {isNew ? 'Sign up' : 'Sign in'}
      </button>
    </Form>
  )
}
