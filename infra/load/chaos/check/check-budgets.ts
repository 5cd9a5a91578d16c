import type { Finding } from './check-turns.ts'
import type { Evidence } from './stored.ts'

/** What is reserved is what running turns have reserved, so nothing once all have ended; what is spent is the ledger. */
export function checkBudgets(
  turnIds: ReadonlySet<string>,
  { budgets, turns }: Evidence,
): Finding[] {
  return budgets.flatMap(({ userId, reserved, reservedByTurns, spent, ledger }) => {
    const turnId = turns.find((turn) => turn.userId === userId && turnIds.has(turn.id))?.id
    if (turnId === undefined) return []
    const findings: Finding[] = []
    if (reserved !== reservedByTurns) {
      const detail = `${reserved} reserved, ${reservedByTurns} by turns that run`
      findings.push({ violation: 'not given back', turnId, detail })
    }
    if (spent !== ledger) {
      const detail = `${spent} spent, ${ledger} in the ledger`
      findings.push({ violation: 'not the ledger', turnId, detail })
    }
    return findings
  })
}
