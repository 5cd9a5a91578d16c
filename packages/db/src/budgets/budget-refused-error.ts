import { isPostgresError } from '../connection/postgres-error.ts'

/** `…-reserved`: what is left is reserved by what runs, and most of it will be given back. */
export type BudgetRefusal =
  | 'user'
  | 'user-reserved'
  | 'api-key'
  | 'api-key-reserved'
  | 'installation'
  | 'installation-reserved'

/** A budget is spent; thrown, so that the transaction is rolled back. */
export class BudgetRefusedError extends Error {
  readonly refusal: BudgetRefusal

  constructor(refusal: BudgetRefusal) {
    super(`a budget refused: ${refusal}`)
    this.name = 'BudgetRefusedError'
    this.refusal = refusal
  }
}

/** Of `reserve_or_refuse`. */
const REFUSED = 'BX402'

/** What Postgres said of a budget, or undefined. */
export function budgetRefusal(error: unknown): BudgetRefusedError | undefined {
  if (!isPostgresError(error) || error.code !== REFUSED) return undefined
  return new BudgetRefusedError(error.message as BudgetRefusal)
}
