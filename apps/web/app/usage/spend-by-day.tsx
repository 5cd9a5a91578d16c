import type { UsageDay } from '@brainlyx/chat-contract'
import { formatUsd } from '../money/format-usd.ts'
import { sumBy } from './sum-by.ts'

/** A table whose cells also draw it: the bar behind an amount is its share of the dearest day. */
export function SpendByDay({ days }: { days: readonly UsageDay[] }) {
  const sums = sumBy(days, ({ day }) => day)
  const most = Math.max(...sums.map(({ cost }) => Number(cost)))
  return (
    <section className="usage-section" aria-labelledby="days-title">
      <h2 id="days-title">By day</h2>
      <table className="usage-table">
        <thead>
          <tr>
            <th scope="col">Day (UTC)</th>
            <th scope="col">Spent</th>
            <th scope="col" className="usage-number">
              Calls
            </th>
          </tr>
        </thead>
        <tbody>
          {sums.map(({ key, cost, calls }) => (
            <tr key={key}>
              <th scope="row">
                <time dateTime={key}>{shortDay(key)}</time>
              </th>
              <td className="usage-bar">
                <svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 1">
                  <rect width={most === 0 ? 0 : (100 * Number(cost)) / most} height="1" />
                </svg>
                <span>{formatUsd(cost)}</span>
              </td>
              <td className="usage-number">{calls.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function shortDay(day: string): string {
  return new Date(day).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
}
