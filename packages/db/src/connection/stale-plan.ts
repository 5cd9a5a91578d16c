import { isPostgresError } from './postgres-error.ts'

/** 0A000: the plan gives other columns than it did. 26000: a pooler has another connection that knows no such name. */
export function isStalePlan(error: unknown): boolean {
  if (!isPostgresError(error)) return false
  return (error.code === '0A000' && error.message.includes('cached plan')) || error.code === '26000'
}
