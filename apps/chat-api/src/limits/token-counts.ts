import { countTokens } from '@brainlyx/db'
import type { Database } from '@brainlyx/db'
import type { Kysely } from 'kysely'
import { dayOf } from './day.ts'

/** What others have used meanwhile may stay unnoticed so long. */
const FRESH_MS = 10_000
const REMEMBERED_LIMIT = 10_000

export interface TokenCounts {
  /** What the ledger says of today. Answers that are being written are not in it yet. */
  today(userId: string): Promise<number>
  /** An answer of this user has ended here. */
  forget(userId: string): void
}

export function createTokenCounts(options: {
  db: Kysely<Database>
  nowMs: () => number
}): TokenCounts {
  const { db, nowMs } = options
  const remembered = new Map<string, { tokens: number; readAtMs: number; day: string }>()
  return {
    async today(userId) {
      const now = nowMs()
      const day = dayOf(now)
      const known = remembered.get(userId)
      if (known !== undefined && known.day === day.name && now - known.readAtMs < FRESH_MS)
        return known.tokens
      const tokens = Number(
        await countTokens(db, {
          userId,
          from: new Date(day.startsAtMs),
          until: new Date(day.endsAtMs),
        }),
      )
      if (remembered.size >= REMEMBERED_LIMIT) remembered.clear()
      remembered.set(userId, { tokens, readAtMs: now, day: day.name })
      return tokens
    },
    forget: (userId) => void remembered.delete(userId),
  }
}
