/** What a statement does and to what first, as `select chat_history`: of few values, for metrics and logs. */
export function queryName(sql: string): string {
  const known = names.get(sql)
  if (known !== undefined) return known
  const name = nameOf(sql)
  // Texts that come once, as those of long lists do, must not be kept for ever.
  if (names.size >= KEPT) names.clear()
  names.set(sql, name)
  return name
}

const KEPT = 1_000
const names = new Map<string, string>()

const VERB =
  /^\s*(select|insert|update|delete|merge|with|begin|commit|rollback|start|explain|savepoint|release|set)\b/i
/** A table or function after the word that leads to it, with or without quotes and a schema. */
const TARGET =
  /\b(?:from|into|update|join)\s+(?:only\s+)?(?:"?(?:public|auth)"?\.)?"?([a-z_][a-z0-9_]*)"?/gi
const FUNCTION = /\bselect\s+(?:\*\s+from\s+)?(?:public\.)?([a-z_][a-z0-9_]*)\s*\(/i
const COMMON_TABLE =
  /(?:\bwith\s+(?:recursive\s+)?|\)\s*,\s*)"?([a-z_][a-z0-9_]*)"?\s+as\s*(?:not\s+)?(?:materialized\s*)?\(/gi
/** What follows `from` without being a table. */
const NO_TABLE = /^(select|lateral|unnest|values|set|clock_timestamp|now)$/i

function nameOf(sql: string): string {
  const verb = VERB.exec(sql)?.[1]?.toLowerCase()
  if (verb === undefined) return 'other'
  const own = new Set([...sql.matchAll(COMMON_TABLE)].map(([, name]) => name))
  const table = [...sql.matchAll(TARGET)]
    .map(([, name]) => name!)
    .find((name) => !own.has(name) && !NO_TABLE.test(name))
  if (table !== undefined) return `${verb} ${table.replace(/_y\d{4}m\d\d$/, '')}`
  const called = FUNCTION.exec(sql)?.[1]
  return called === undefined ? verb : `${verb} ${called}`
}
