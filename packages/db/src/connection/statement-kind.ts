/**
 * What a statement means for the time that it may take. A `write` outside a transaction is its own commit.
 * Functions that write count as `read`: those of ours may be called again.
 */
export type StatementKind = 'begin' | 'commit' | 'rollback' | 'read' | 'write'

export function statementKind(sql: string): StatementKind {
  const verb = /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase()
  switch (verb) {
    case 'begin':
    case 'start':
      return 'begin'
    case 'commit':
      return 'commit'
    case 'rollback':
      return /^\s*rollback\s+to\b/i.test(sql) ? 'read' : 'rollback'
    case 'select':
    case 'values':
    case 'show':
    case 'explain':
    case 'savepoint':
    case 'release':
      return 'read'
    case 'with':
      return /\b(insert\s+into|update|delete\s+from|merge\s+into)\b/i.test(sql) ? 'write' : 'read'
    default:
      return 'write'
  }
}
