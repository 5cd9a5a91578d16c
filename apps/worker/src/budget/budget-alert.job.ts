import type { JobHandler } from '@brainlyx/jobs'
import type { Logger } from '@brainlyx/service-kit'
import type { BudgetMetrics } from './budget-metrics.ts'

/**
 * A budget has reached a percentage. Its user sees it on every page of theirs and administrators on theirs, since the
 * budget itself keeps it; here it goes to whoever watches the installation.
 */
export function createBudgetAlertJob(dependencies: {
  logger: Logger
  metrics: BudgetMetrics
}): JobHandler<'budget-alert'> {
  const { logger, metrics } = dependencies
  return async ({ payload }) => {
    const { scope, percent, month } = payload
    metrics.countAlert(scope, percent)
    const line = { scope, percent, month }
    if (scope === 'installation') logger.warn(line, 'the budget of the installation is running out')
    else logger.info(line, 'a budget is running out')
  }
}
