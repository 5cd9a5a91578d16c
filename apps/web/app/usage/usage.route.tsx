import { ErrorPage } from '../errors/error-page.tsx'
import { formatUsd } from '../money/format-usd.ts'
import { pageRequest } from '../request/page-request.server.ts'
import '../styles/usage.css'
import type { Route } from './+types/usage.route.ts'
import { BudgetMeter } from './budget-meter.tsx'
import { SpendByDay } from './spend-by-day.tsx'
import { SpendByModel } from './spend-by-model.tsx'

export function loader({ context }: Route.LoaderArgs) {
  return context.get(pageRequest).chatApi.call('getUsage')
}

export function meta() {
  return [{ title: 'Usage · Brainlyx' }]
}

export default function UsagePage({ loaderData }: Route.ComponentProps) {
  const { month, renewsAt, limitPicoUsd, spentPicoUsd, reservedPicoUsd, alert, days } = loaderData
  return (
    <div className="page">
      <h1>Usage</h1>
      <section className="usage-section" aria-labelledby="budget-title">
        <h2 id="budget-title">{monthName(month)}</h2>
        <BudgetMeter spentPicoUsd={spentPicoUsd} limitPicoUsd={limitPicoUsd} alert={alert} />
        <p>
          {limitPicoUsd === null
            ? 'There is no limit to what you may spend.'
            : `The budget renews on ${dayName(renewsAt)} (UTC). An administrator can raise it.`}
          {reservedPicoUsd !== '0' &&
            ` ${formatUsd(reservedPicoUsd)} are kept for answers that are being written; what they do not need comes back.`}
        </p>
      </section>
      {days.length === 0 ? (
        <p>Nothing was used this month so far.</p>
      ) : (
        <>
          <SpendByDay days={days} />
          <SpendByModel days={days} />
        </>
      )}
    </div>
  )
}

function monthName(month: string): string {
  return new Date(month).toLocaleDateString('en', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
}

function dayName(time: string): string {
  return new Date(time).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  })
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return (
    <div className="page page-centred">
      <ErrorPage error={error} />
    </div>
  )
}
