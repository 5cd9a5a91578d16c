import type { Limits } from '@brainlyx/chat-contract'
import { STANDING_WORDS } from './words.ts'

/** How much of the tier's limits there is for this user, and why. */
export function StandingSection({
  standing,
  isGuest,
}: {
  standing: Limits['standing']
  isGuest: boolean
}) {
  const { percent, reason, since } = standing
  return (
    <section className="limit-section" aria-labelledby="limits-standing">
      <h2 id="limits-standing">Your standing</h2>
      <p>
        <strong>{percent} %</strong> of what your tier gives, counted in the limits above.{' '}
        {isGuest && reason === 'new'
          ? 'For a guest it stays so; an account’s grows.'
          : STANDING_WORDS[reason]}
      </p>
      {reason !== 'new' && (
        <p className="limit-detail">
          Since <time dateTime={since}>{since.slice(0, 10)}</time>.
        </p>
      )}
    </section>
  )
}
