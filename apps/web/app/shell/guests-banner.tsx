import { Link } from 'react-router'

/** For guests where guests are not welcome any more. */
export function GuestsBanner({ hasChats }: { hasChats: boolean }) {
  return (
    <p className="banner">
      <strong>Sign up to chat here.</strong>{' '}
      {hasChats ? 'The chats that you have stay yours. ' : ''}
      <Link to="/sign-up">Make an account</Link> or <Link to="/sign-in">sign in</Link>.
    </p>
  )
}
