/** Every table with a `user_id`: what would be spread over shards by it. */
export const USER_TABLES = [
  'api_calls',
  'api_keys',
  'attempts',
  'auth_identities',
  'budgets',
  'chat_history',
  'chat_sessions',
  'data_requests',
  'turns',
  'usage_days',
  'user_budgets',
] as const

const REFERENCE = new RegExp(
  `\\b(?:from|join|update|into|using)\\s+(?:only\\s+)?(?:"?public"?\\.)?"?(${USER_TABLES.join('|')})\\b"?`,
  'gi',
)
const CHANGE_OF_OWNER = /\bset\s+"?user_id"?\s*=/gi
const COMPARISON = /"?\buser_id"?\s*(?:=|in\b)/gi
const INSERTED = /\binto\s+\S+\s*\([^)]*\buser_id\b/gi

/**
 * The tables of users' data that a statement refers to, where it does not compare (or insert) a `user_id` for each
 * reference: a shard could not be chosen for it. Text, not a parser: it cannot tell which of two tables was compared.
 */
export function unscopedTables(sql: string): string[] {
  const references = [...sql.matchAll(REFERENCE)].map((match) => match[1]!)
  const text = sql.replace(CHANGE_OF_OWNER, 'set owner to')
  const named = [...text.matchAll(COMPARISON)].length + [...text.matchAll(INSERTED)].length
  return named < references.length ? [...new Set(references)].toSorted() : []
}
