import { createHash } from 'node:crypto'

export interface PreparedStatements {
  /** The name to prepare a statement under; undefined while it is not known to be hot. */
  nameOf(sql: string): string | undefined
}

/** So often a statement is seen before it is prepared: what is sent once would only fill the server's memory. */
const HOT_AFTER = 5
/** Statements that are kept in mind; each connection keeps the plans of those that are hot. */
const KEPT = 500

/**
 * Which statements are worth preparing. A name is the text's hash, so that it means the same text on every connection,
 * also on one that PgBouncer (1.21 or newer) hands to several processes.
 */
export function createPreparedStatements(): PreparedStatements {
  const names = new Map<string, string>()
  let seen = new Map<string, number>()
  return {
    nameOf(sql) {
      const name = names.get(sql)
      if (name !== undefined) return name
      if (names.size >= KEPT || !PREPARABLE.test(sql)) return undefined
      const count = (seen.get(sql) ?? 0) + 1
      if (count < HOT_AFTER) {
        // Too many different ones to tell the hot from the rest: those come again.
        if (seen.size >= KEPT) seen = new Map()
        seen.set(sql, count)
        return undefined
      }
      seen.delete(sql)
      const hash = createHash('sha256').update(sql).digest('base64url').slice(0, 22)
      names.set(sql, `q_${hash}`)
      return names.get(sql)
    },
  }
}

const PREPARABLE = /^\s*(select|insert|update|delete|merge|with)\b/i
