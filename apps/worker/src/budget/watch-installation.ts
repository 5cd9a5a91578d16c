import { addInstallationAlert, addToOutbox, monthOf, readInstallationBudget } from '@brainlyx/db'
import type { AlertPercent, Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import type { BudgetMetrics } from './budget-metrics.ts'

const PERCENTS: readonly AlertPercent[] = [50, 80, 100]

/**
 * Adds up what all users together have spent, and has administrators told once a month of each percentage of the limit
 * that is reached. A user's own budget tells of itself, with the settlement that reaches a percentage; this one is kept
 * in sixteen rows that nobody should add up at each settlement.
 */
export async function watchInstallation(dependencies: {
  db: Kysely<Database>
  metrics: BudgetMetrics
  now: () => Date
  /** Wakes whoever delivers the outbox. */
  hintOutbox: () => void
}): Promise<void> {
  const { db, metrics, now, hintOutbox } = dependencies
  const month = monthOf(now())
  const budget = await readInstallationBudget(db, { month })
  metrics.showInstallation(budget)
  const { limitPicoUsd, spentPicoUsd, alerts } = budget
  if (limitPicoUsd === null) return
  const told = Math.max(0, ...alerts.map(({ percent }) => percent))
  const reached = PERCENTS.filter(
    (percent) => 100n * spentPicoUsd >= BigInt(percent) * limitPicoUsd,
  )
  const percent = reached.at(-1)
  if (percent === undefined || percent <= told) return
  await db.transaction().execute(async (transaction) => {
    if (!(await addInstallationAlert(transaction, { month, percent }))) return
    const payload = { scope: 'installation', month, percent }
    await addToOutbox(transaction, [{ topic: 'budget-alert', payload }])
  })
  hintOutbox()
}
