import { formatUsd } from '../money/format-usd.ts'

const ALERTS: Readonly<Record<50 | 80 | 100, string>> = {
  50: 'Half of the budget is spent.',
  80: 'Most of the budget is spent.',
  100: 'The budget is spent.',
}

/** What is spent of a month's budget, in words and as a bar. */
export function BudgetMeter({
  spentPicoUsd,
  limitPicoUsd,
  alert,
}: {
  spentPicoUsd: string
  limitPicoUsd: string | null
  alert: 50 | 80 | 100 | null
}) {
  const spent = formatUsd(spentPicoUsd)
  if (limitPicoUsd === null) return <p className="usage-sum">{spent} spent</p>
  const share = Number(limitPicoUsd) === 0 ? 1 : Number(spentPicoUsd) / Number(limitPicoUsd)
  const left = Math.max(0, Number(limitPicoUsd) - Number(spentPicoUsd))
  return (
    <>
      {alert !== null && (
        <output className={alert === 100 ? 'form-problem' : 'usage-alert'}>{ALERTS[alert]}</output>
      )}
      <p className="usage-sum">
        {spent} of {formatUsd(limitPicoUsd)} spent, {formatUsd(left)} left
      </p>
      <meter
        className="usage-meter"
        aria-label="Spent of the budget"
        min={0}
        max={1}
        low={0.5}
        high={0.8}
        optimum={0}
        value={Math.min(1, share)}
      >
        {Math.round(share * 100)} %
      </meter>
    </>
  )
}
