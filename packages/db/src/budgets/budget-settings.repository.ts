import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import { asSystem, asUser } from '../row-level-security/as-user.ts'
import type { AlertPercent, BudgetRow, UserBudgetRow } from '../tables/budgets.ts'
import type { Database } from '../tables/database.ts'

export interface InstallationBudget {
  /** null: no limit. */
  readonly limitPicoUsd: bigint | null
  readonly spentPicoUsd: bigint
  readonly reservedPicoUsd: bigint
  /** Percentages that administrators were told of this month. */
  readonly alerts: { percent: AlertPercent; createdAt: Date }[]
}

/** What all users together may spend and have spent. Tables without a user. */
export async function readInstallationBudget(
  db: Kysely<Database>,
  { month }: { month: string },
): Promise<InstallationBudget> {
  const row = await db
    .selectFrom('installationBudget')
    .leftJoin('installationSpending', (join) => join.on('installationSpending.month', '=', month))
    .select([
      'monthlyPicoUsd',
      sql<bigint>`coalesce(sum(spent_pico_usd), 0)::bigint`.as('spent'),
      sql<bigint>`coalesce(sum(reserved_pico_usd), 0)::bigint`.as('reserved'),
    ])
    .groupBy('monthlyPicoUsd')
    .executeTakeFirstOrThrow()
  const alerts = await db
    .selectFrom('installationAlerts')
    .select(['percent', 'createdAt'])
    .where('month', '=', month)
    .orderBy('percent')
    .execute()
  return {
    limitPicoUsd: row.monthlyPicoUsd,
    spentPicoUsd: row.spent,
    reservedPicoUsd: row.reserved,
    alerts,
  }
}

export async function setInstallationBudget(
  transaction: Transaction<Database>,
  { limitPicoUsd }: { limitPicoUsd: bigint | null },
): Promise<void> {
  await transaction
    .updateTable('installationBudget')
    .set({ monthlyPicoUsd: limitPicoUsd, updatedAt: sql<Date>`now()` })
    .execute()
}

/** @returns whether it is the first to tell of this percentage in this month */
export async function addInstallationAlert(
  transaction: Transaction<Database>,
  alert: { month: string; percent: AlertPercent },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await transaction
    .insertInto('installationAlerts')
    .values(alert)
    .onConflict((conflict) => conflict.columns(['month', 'percent']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** What each tier may spend a month, the least first; null: no limit. */
export async function listTierBudgets(
  db: Kysely<Database>,
): Promise<{ name: string; limitPicoUsd: bigint | null }[]> {
  return db
    .selectFrom('tiers')
    .select(['name', 'monthlyBudgetPicoUsd as limitPicoUsd'])
    .orderBy('position')
    .execute()
}

/** Gives a user another budget than their tier has, or (undefined) that of the tier again. */
export async function setUserBudget(
  transaction: Transaction<Database>,
  budget: { userId: string; limitPicoUsd: bigint | null | undefined },
): Promise<void> {
  const { userId, limitPicoUsd } = budget
  const own = asUser(transaction, userId)
  if (limitPicoUsd === undefined) {
    await own.deleteFrom('userBudgets').where('userId', '=', userId).execute()
    return
  }
  await own
    .insertInto('userBudgets')
    .values({ userId, monthlyPicoUsd: limitPicoUsd })
    .onConflict((conflict) =>
      conflict
        .column('userId')
        .doUpdateSet({ monthlyPicoUsd: limitPicoUsd, updatedAt: sql<Date>`now()` }),
    )
    .execute()
}

/** Users with a budget of their own, last changed first. A system query. */
export async function listUserBudgets(
  db: Kysely<Database>,
  { limit }: { limit: number },
): Promise<UserBudgetRow[]> {
  return asSystem(db, 'read-budgets')
    .selectFrom('userBudgets')
    .selectAll()
    .orderBy('updatedAt', 'desc')
    .limit(limit)
    .execute()
}

/** Budgets of a month that someone was told of, the most spent first. A system query. */
export async function listAlertedBudgets(
  db: Kysely<Database>,
  { month, limit }: { month: string; limit: number },
): Promise<BudgetRow[]> {
  return asSystem(db, 'read-budgets')
    .selectFrom('budgets')
    .selectAll()
    .where('month', '=', month)
    .where('alerted', '>', 0)
    .orderBy('alerted', 'desc')
    .orderBy('updatedAt', 'desc')
    .limit(limit)
    .execute()
}
