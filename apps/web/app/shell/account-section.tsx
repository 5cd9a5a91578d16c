import type { Me } from '@brainlyx/chat-contract'
import { Form, Link } from 'react-router'

export function AccountSection({ me }: { me: Me }) {
  const { user, installation } = me
  return (
    <div className="account">
      {user?.role === 'admin' && (
        <Link className="account-link" to="/admin">
          Administration
        </Link>
      )}
      {user?.kind === 'member' && (
        <Link className="account-link" to="/settings/account">
          Account
        </Link>
      )}
      {user !== null && (
        <>
          <Link className="account-link" to="/settings/limits">
            Limits
          </Link>
          <Link className="account-link" to="/settings/usage">
            Usage
          </Link>
          <Link className="account-link" to="/settings/data">
            Your data
          </Link>
        </>
      )}
      {user?.kind === 'member' && (
        <Link className="account-link" to="/settings/api-keys">
          API keys
        </Link>
      )}
      {user?.kind === 'member' && (
        <Link className="account-link" to="/settings/sign-ins">
          Sign-ins
        </Link>
      )}
      {user?.kind === 'member' ? (
        <Form method="post" action="/sign-out" className="account-row">
          <span className="account-name" title={user.email ?? undefined}>
            {user.name ?? user.email}
          </span>
          <button className="small-button">Sign out</button>
        </Form>
      ) : (
        <>
          <p className="account-note">
            {!installation.guests
              ? 'An account is needed here.'
              : user === null
                ? 'No account is needed to begin.'
                : 'You are a guest: your chats are kept in this browser only.'}
          </p>
          <div className="account-row">
            <Link className="button" to="/sign-up">
              Sign up
            </Link>
            <Link className="button button-quiet" to="/sign-in">
              Sign in
            </Link>
          </div>
        </>
      )}
    </div>
  )
}
