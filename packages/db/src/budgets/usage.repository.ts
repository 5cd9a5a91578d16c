import type { Kysely } from 'kysely'
import { asUser } from '../row-level-security/as-user.ts'
import type { BudgetRow, UsageDayRow } from '../tables/budgets.ts'
import type { Database } from '../tables/database.ts'

export interface BudgetOfMonth {
  /** What the user may spend now: their own limit, or that of their tier; null: no limit. */
  readonly limitPicoUsd: bigint | null
  readonly isOwn: boolean
  readonly spentPicoUsd: bigint
  readonly reservedPicoUsd: bigint
  /** The percentage that was last told of. */
  readonly alerted: BudgetRow['alerted']
}

/** @param budget.month its first day, by `monthOf` */
export async function findBudget(
  db: Kysely<Database>,
  budget: { userId: string; month: string },
): Promise<BudgetOfMonth> {
  const { userId, month } = budget
  const row = await asUser(db, userId)
    .selectFrom('users')
    .innerJoin('tiers', 'tiers.name', 'users.tier')
    .leftJoin('userBudgets', (join) =>
      join.onRef('userBudgets.userId', '=', 'users.id').on('userBudgets.userId', '=', userId),
    )
    .leftJoin('budgets', (join) =>
      join
        .on('budgets.userId', '=', userId)
        .on('budgets.scope', '=', 'user')
        .on('budgets.subject', '=', userId)
        .on('budgets.month', '=', month),
    )
    .select([
      'tiers.monthlyBudgetPicoUsd',
      'userBudgets.userId as ownId',
      'userBudgets.monthlyPicoUsd',
      'budgets.spentPicoUsd',
      'budgets.reservedPicoUsd',
      'budgets.alerted',
    ])
    .where('users.id', '=', userId)
    .executeTakeFirst()
  const isOwn = row != null && row.ownId !== null
  return {
    limitPicoUsd: (isOwn ? row.monthlyPicoUsd : row?.monthlyBudgetPicoUsd) ?? null,
    isOwn,
    spentPicoUsd: row?.spentPicoUsd ?? 0n,
    reservedPicoUsd: row?.reservedPicoUsd ?? 0n,
    alerted: row?.alerted ?? 0,
  }
}

/** What was settled on each day and with each model, newest first. */
export async function listUsageDays(
  db: Kysely<Database>,
  usage: { userId: string; from: string; until: string },
): Promise<UsageDayRow[]> {
  return asUser(db, usage.userId)
    .selectFrom('usageDays')
    .selectAll()
    .where('userId', '=', usage.userId)
    .where('day', '>=', usage.from)
    .where('day', '<', usage.until)
    .orderBy('day', 'desc')
    .orderBy('costPicoUsd', 'desc')
    .orderBy('model')
    .execute()
}
