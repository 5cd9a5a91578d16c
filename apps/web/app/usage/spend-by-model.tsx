import type { UsageDay } from '@brainlyx/chat-contract'
import { formatUsd } from '../money/format-usd.ts'
import { sumBy } from './sum-by.ts'

export function SpendByModel({ days }: { days: readonly UsageDay[] }) {
  const sums = sumBy(days, ({ model }) => model).toSorted((a, b) => Number(b.cost - a.cost))
  return (
    <section className="usage-section" aria-labelledby="models-title">
      <h2 id="models-title">By model</h2>
      <table className="usage-table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" className="usage-number">
              Spent
            </th>
            <th scope="col" className="usage-number">
              Tokens read
            </th>
            <th scope="col" className="usage-number">
              Written
            </th>
          </tr>
        </thead>
        <tbody>
          {sums.map(({ key, cost, inputTokens, outputTokens }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td className="usage-number">{formatUsd(cost)}</td>
              <td className="usage-number">{inputTokens.toLocaleString('en')}</td>
              <td className="usage-number">{outputTokens.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
