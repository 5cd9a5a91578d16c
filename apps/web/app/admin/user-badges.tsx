import type { ManagedUser } from '@brainlyx/chat-contract'

/** What tells a user from others at a glance. */
export function UserBadges({ user }: { user: ManagedUser }) {
  return (
    <span className="badges">
      {user.role === 'admin' && <span className="badge badge-accent">Administrator</span>}
      {user.bannedAt !== null && <span className="badge badge-danger">Banned</span>}
      {user.deletingAt !== null && <span className="badge badge-danger">Being deleted</span>}
      {user.kind === 'guest' && <span className="badge">Guest</span>}
      <span className="badge">Tier {user.tier}</span>
    </span>
  )
}
