import { isPostgresError } from './postgres-error.ts'

const DEADLOCK = '40P01'
const ATTEMPTS = 4

/**
 * Does work again that Postgres ended because it and other work waited for each other: the other has what it needs by
 * then. A turn that is sent again while it ends is such a pair: one waits for the turn's row, the other for the budget.
 * @param work a whole transaction, or one statement
 */
export async function retryDeadlock<T>(work: () => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (attempt === ATTEMPTS || !isPostgresError(error) || error.code !== DEADLOCK) throw error
    return retryDeadlock(work, attempt + 1)
  }
}
