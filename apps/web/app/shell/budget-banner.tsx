import { Link } from 'react-router'

const NOTICES: Readonly<Record<50 | 80 | 100, string>> = {
  50: 'Half of your budget for this month is spent.',
  80: 'Most of your budget for this month is spent.',
  100: 'Your budget for this month is spent: no answers until it renews or is raised.',
}

/** Tells a user of what their budget has reached, on every page. */
export function BudgetBanner({ alert }: { alert: 50 | 80 | 100 | null }) {
  if (alert === null) return null
  return (
    <output className="banner">
      {NOTICES[alert]} <Link to="/settings/usage">See your usage</Link>
    </output>
  )
}
