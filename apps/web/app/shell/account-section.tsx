import type { Me } from '@brainlyx/chat-contract'
import { Form, Link, NavLink } from 'react-router'

export function AccountSection({ me }: { me: Me }) {
  const { user, installation } = me
  return (
    <div className="account">
      {user !== null && (
        <nav className="account-links" aria-label="Account and settings">
          {linksOf(user).map(([name, path]) => (
            <NavLink key={path} className="account-link" to={path}>
              {name}
            </NavLink>
          ))}
        </nav>
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

type SettingsLink = readonly [name: string, path: string]

const administration: readonly SettingsLink[] = [['Administration', '/admin']]
const ofMembers: readonly SettingsLink[] = [
  ['Account', '/settings/account'],
  ['Sign-ins', '/settings/sign-ins'],
  ['API keys', '/settings/api-keys'],
]
const ofEverybody: readonly SettingsLink[] = [
  ['Limits', '/settings/limits'],
  ['Usage', '/settings/usage'],
  ['Your data', '/settings/data'],
]

function linksOf({ role, kind }: NonNullable<Me['user']>): SettingsLink[] {
  return [
    ...(role === 'admin' ? administration : []),
    ...(kind === 'member' ? ofMembers : []),
    ...ofEverybody,
  ]
}
