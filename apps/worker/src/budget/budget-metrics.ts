import type { AlertPercent, InstallationBudget } from '@brainlyx/db'
import type { Metrics } from '@brainlyx/service-kit'
import { Counter, Gauge } from 'prom-client'

export interface BudgetMetrics {
  showInstallation(budget: InstallationBudget): void
  countAlert(scope: string, percent: AlertPercent): void
}

const PICO_USD_PER_USD = 1e12

export function createBudgetMetrics({ registry }: Metrics): BudgetMetrics {
  const registers = [registry]
  const installation = new Gauge({
    name: 'budget_installation_usd',
    help: 'What all users together have spent and reserved this month, and may spend: absent without a limit',
    labelNames: ['part'],
    registers,
  })
  const alerts = new Counter({
    name: 'budget_alerts_total',
    help: 'Budgets of which a percentage was reached, as told here',
    labelNames: ['scope', 'percent'],
    registers,
  })
  return {
    showInstallation({ spentPicoUsd, reservedPicoUsd, limitPicoUsd }) {
      const show = (part: string, amount: bigint): void =>
        installation.set({ part }, Number(amount) / PICO_USD_PER_USD)
      show('spent', spentPicoUsd)
      show('reserved', reservedPicoUsd)
      if (limitPicoUsd === null) installation.remove({ part: 'limit' })
      else show('limit', limitPicoUsd)
    },
    countAlert: (scope, percent) => alerts.inc({ scope, percent }),
  }
}
