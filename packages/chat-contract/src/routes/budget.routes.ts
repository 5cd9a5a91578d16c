import { Budgets, SetInstallationBudgetInput, SetUserBudgetInput, Usage } from '../budget.ts'
import type { Route } from './route.ts'

export const budgetRoutes = {
  getUsage: {
    method: 'GET',
    path: '/usage',
    summary: 'What you have spent this month, by day and model, and what is left',
    access: 'user',
    status: 200,
    response: Usage,
  },
  getBudgets: {
    method: 'GET',
    path: '/admin/budgets',
    summary: 'What may be spent this month and what was: all together, by tier, and users of note',
    access: 'admin',
    status: 200,
    response: Budgets,
  },
  setInstallationBudget: {
    method: 'PUT',
    path: '/admin/budgets',
    summary: 'Limit what all users together may spend a month',
    access: 'admin',
    body: SetInstallationBudgetInput,
    status: 200,
    response: Budgets,
  },
  setUserBudget: {
    method: 'PUT',
    path: '/admin/budgets/users',
    summary: 'Give a user another budget than their tier has, or that of the tier again',
    access: 'admin',
    body: SetUserBudgetInput,
    status: 200,
    response: Budgets,
  },
} as const satisfies Record<string, Route>
