import type { OwnSignIn } from '@brainlyx/chat-contract'
import { Form } from 'react-router'
import { agoInWords } from './ago-in-words.ts'

export function SignInEntry({
  signIn,
  now,
  busy,
}: {
  signIn: OwnSignIn
  now: number
  busy: boolean
}) {
  const { id, device, address, createdAt, lastUsedAt, isThis } = signIn
  const name = device ?? 'An unknown program'
  return (
    <section className="sign-in" aria-labelledby={`sign-in-${id}`}>
      <div>
        <h2 id={`sign-in-${id}`}>
          {name} {isThis && <span className="sign-in-this">This one</span>}
        </h2>
        <p className="data-note">
          {isThis ? 'In use' : `Last used ${agoInWords(now - Date.parse(lastUsedAt))}`}, signed in{' '}
          {createdAt.slice(0, 10)}
          {address !== null && ` from ${address}`}
        </p>
      </div>
      {!isThis && (
        <Form method="post">
          <input type="hidden" name="signIn" value={id} />
          <button className="button" disabled={busy} aria-describedby={`sign-in-${id}`}>
            Sign out
          </button>
        </Form>
      )}
    </section>
  )
}
