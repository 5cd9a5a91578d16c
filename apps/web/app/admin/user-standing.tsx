import type { Standing, StandingReason } from '@brainlyx/chat-contract'
import { utcTime } from './figures.ts'

/** As administrators read it; the user's own page says the same to them. */
const REASONS: Readonly<Record<StandingReason, string>> = {
  new: 'what everybody begins with',
  'good-days': 'days on which Brainlyx was used well',
  recovering: 'it was lower, and rises with each day without trouble',
  'too-many-requests': 'requests went on and on after they were refused',
  'failed-sign-ins': 'many sign-ins that this user tried have failed',
  'refused-content': 'providers have refused several messages for what was in them',
}

/** How much of their tier a user has, and why. */
export function UserStanding({ standing: { percent, reason, since } }: { standing: Standing }) {
  return (
    <>
      {percent} % of what the tier gives, since {utcTime(since)}: {REASONS[reason]}
    </>
  )
}
