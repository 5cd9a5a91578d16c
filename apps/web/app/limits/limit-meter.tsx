import type { LimitUse } from '@brainlyx/chat-contract'
import { LIMIT_TITLES, formatCount, timeUntil } from './words.ts'

/** One limit: what is used of it, what is left, and when it is back. */
export function LimitMeter({ limit, now }: { limit: LimitUse; now: number }) {
  const { name, used, remaining, resetsAt, perMinute } = limit
  const title = LIMIT_TITLES[name]
  const id = `limit-${name}`
  if (limit.limit === null || remaining === null) {
    return (
      <section className="limit" aria-labelledby={id}>
        <h2 id={id}>{title}</h2>
        <p className="limit-left">
          {used > 0 ? `${formatCount(used)} used, no limit` : 'No limit'}
        </p>
      </section>
    )
  }
  return (
    <section className="limit" aria-labelledby={id} data-empty={remaining === 0 || undefined}>
      <h2 id={id}>{title}</h2>
      <p className="limit-left">
        {formatCount(remaining)} of {formatCount(limit.limit)} left
      </p>
      <meter aria-labelledby={id} min={0} max={limit.limit} value={Math.min(used, limit.limit)} />
      <p className="limit-detail">
        {perMinute !== null && `${formatCount(Math.floor(perMinute))} come back each minute. `}
        {resetsAt === null
          ? 'None in use.'
          : perMinute === null
            ? `All of them are back ${timeUntil(resetsAt, now)}, at midnight UTC.`
            : `All of them are back ${timeUntil(resetsAt, now)}.`}
      </p>
    </section>
  )
}
