import type { BudgetRefusal } from '@brainlyx/db'
import { ServiceError } from '@brainlyx/service-kit'

const RETRY_AFTER_MS = 5_000

const SPENT: Readonly<Record<'user' | 'api-key' | 'installation', [title: string, who: string]>> = {
  user: ['Your budget for this month is spent.', 'An administrator can raise it.'],
  'api-key': ['The budget of this key for this month is spent.', 'Its owner can raise it.'],
  installation: [
    'What all users together may spend this month is spent.',
    'An administrator can raise it.',
  ],
}

/** How a refusal is said to whoever asked: what is spent stays so until the month ends or somebody raises it. */
export function budgetProblem(refusal: BudgetRefusal, now: Date): ServiceError {
  if (refusal === 'user' || refusal === 'api-key' || refusal === 'installation') {
    const [title, who] = SPENT[refusal]
    const detail = `It renews on ${renewalDay(now)}. ${who}`
    return new ServiceError({ code: 'budget-exhausted', status: 402, title, detail })
  }
  return new ServiceError({
    code: 'budget-reserved',
    status: 429,
    title: 'What is left of the budget is kept for answers that are being written.',
    detail: 'Each gives back what it did not need. Try again when one of them has ended.',
    retryable: true,
    retryAfterMs: RETRY_AFTER_MS,
  })
}

function renewalDay(now: Date): string {
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
  const day = first.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
  return `${day} (UTC)`
}
