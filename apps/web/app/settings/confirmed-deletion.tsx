import type { Problem } from '@brainlyx/chat-contract'
import type { ReactNode } from 'react'
import { Form } from 'react-router'

/** Something that cannot be undone: done only after some words were typed, with or without script. */
export function ConfirmedDeletion({
  id,
  intent,
  title,
  phrase,
  action,
  asksPassword,
  problem,
  busy,
  children,
}: {
  id: string
  intent: string
  title: string
  /** The words to type. */
  phrase: string
  /** What the button says. */
  action: string
  asksPassword: boolean
  problem: Problem | undefined
  busy: boolean
  children: ReactNode
}) {
  const wrong = new Set(problem?.fields?.map(({ path }) => path))
  return (
    <section className="data-section" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
      {problem !== undefined && (
        <p className="form-problem" role="alert">
          {wrong.has('confirmation') ? `Type «${phrase}» exactly.` : problem.title}
        </p>
      )}
      <Form method="post" className="form">
        <label className="field">
          <span>
            Type <q>{phrase}</q>
          </span>
          <input
            name="confirmation"
            autoComplete="off"
            autoCapitalize="none"
            required
            pattern={phrase}
            title={phrase}
            aria-invalid={wrong.has('confirmation') || undefined}
          />
        </label>
        {asksPassword && (
          <label className="field">
            <span>Password</span>
            <input
              name="password"
              type="password"
              autoComplete="current-password"
              required
              maxLength={256}
              aria-invalid={wrong.has('password') || undefined}
            />
          </label>
        )}
        <button className="button button-danger" name="intent" value={intent} disabled={busy}>
          {action}
        </button>
      </Form>
    </section>
  )
}
