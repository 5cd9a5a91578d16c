import type { BreakerState } from './breakers.ts'
import type { CircuitBreaker } from './circuit-breaker.ts'

/** One deployment's breaker, and what is known of its standing with the other replicas. */
export interface BreakerEntry {
  readonly id: string
  readonly breaker: CircuitBreaker
  /** When a request last asked for it. */
  usedAtMs: number
  /** Of its standing; 0: it never moved. */
  version: number
  /** Redis has not taken this version yet. */
  isUnsaved: boolean
  /** Redis keeps the right to probe for this replica. */
  isLeased: boolean
  /** Other replicas may claim the right to probe first. */
  claimAfterMs: number
  lastSeen: BreakerState
}

export interface BreakerTable {
  find(id: string): BreakerEntry | undefined
  /** Made where there is none. */
  ensure(id: string): BreakerEntry
  entries(): Iterable<BreakerEntry>
}

/**
 * Callers may name models at will: where there are too many, the one longest out of use goes, if it can a closed one.
 * @param options.create a breaker that tells its own moves by `onMove`
 */
export function createBreakerTable(options: {
  capacity: number
  nowMs: () => number
  create: (onMove: () => void) => CircuitBreaker
  onMove: (entry: BreakerEntry) => void
}): BreakerTable {
  const { capacity, nowMs, create, onMove } = options
  const entries = new Map<string, BreakerEntry>()
  return {
    find: (id) => entries.get(id),
    ensure(id) {
      const known = entries.get(id)
      if (known !== undefined) return known
      if (entries.size >= capacity) entries.delete(leastNeeded(entries.values()).id)
      const entry: BreakerEntry = {
        id,
        breaker: create(() => onMove(entry)),
        usedAtMs: nowMs(),
        version: 0,
        isUnsaved: false,
        isLeased: false,
        claimAfterMs: 0,
        lastSeen: 'closed',
      }
      entries.set(id, entry)
      return entry
    },
    entries: () => entries.values(),
  }
}

function leastNeeded(entries: Iterable<BreakerEntry>): BreakerEntry {
  let least: BreakerEntry | undefined
  for (const entry of entries) {
    if (least === undefined || isLessNeeded(entry, least)) least = entry
  }
  return least!
}

function isLessNeeded(one: BreakerEntry, other: BreakerEntry): boolean {
  if (one.breaker.isClosed !== other.breaker.isClosed) return one.breaker.isClosed
  return one.usedAtMs < other.usedAtMs
}
