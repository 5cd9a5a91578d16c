import type { Coordination } from '../coordination/coordination.ts'
import { createBreakerTable } from './breaker-table.ts'
import type { BreakerEntry } from './breaker-table.ts'
import type { BreakerState, BreakerView, Breakers } from './breakers.ts'
import type { BreakerSettings } from './call-health.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { shareOutcomes } from './share-outcomes.ts'
import { shareStandings } from './share-standings.ts'

const CAPACITY = 1_000
const TICK_MS = 1_000

/** Of what was never called. */
const UNUSED: BreakerView = {
  state: 'closed',
  weight: 1,
  failureRate: 0,
  calls: 0,
  consecutiveFailures: 0,
  openUntilMs: undefined,
}

export interface BreakerChange {
  readonly deploymentId: string
  readonly from: BreakerState
  readonly to: BreakerState
}

/**
 * Circuit breakers that all replicas share as long as Redis is there, and one replica's own while it is not.
 * @param options.nowMs a clock that never goes back
 * @param options.epochMs the time of day, by which moves of different replicas are ordered
 * @param options.onChange wherever it began; within a second where no call here brought it about
 */
export function createBreakers(options: {
  settings: () => BreakerSettings
  nowMs: () => number
  random: () => number
  coordination: Coordination
  onChange?: (change: BreakerChange) => void
  epochMs?: () => number
}): Breakers {
  const { settings, nowMs, random, coordination, onChange, epochMs = Date.now } = options
  const table = createBreakerTable({
    capacity: CAPACITY,
    nowMs,
    create: (onMove) => new CircuitBreaker({ settings, nowMs, random, onMove }),
    onMove: (entry) => standings.moved(entry),
  })
  const look = (entry: BreakerEntry): void => {
    const from = entry.lastSeen
    const to = entry.breaker.view().state
    if (from === to) return
    entry.lastSeen = to
    onChange?.({ deploymentId: entry.id, from, to })
  }
  const standings = shareStandings({
    table,
    coordination,
    nowMs,
    epochMs,
    random,
    onMoved: look,
  })
  const outcomes = shareOutcomes(table, coordination)
  const timer = setInterval(() => {
    for (const entry of table.entries()) look(entry)
    outcomes.tick()
    standings.tick()
  }, TICK_MS)

  const use = (entry: BreakerEntry): CircuitBreaker => {
    entry.usedAtMs = nowMs()
    // With nobody to agree with, whoever has a call to make probes.
    if (coordination.redis === undefined) entry.breaker.grantProbe()
    return entry.breaker
  }
  return {
    view(deploymentId) {
      const entry = table.find(deploymentId)
      return entry === undefined ? UNUSED : use(entry).view()
    },
    admit: (deploymentId, force = false) => use(table.ensure(deploymentId)).admit(force),
    close() {
      clearInterval(timer)
      standings.close()
      outcomes.close()
    },
  }
}
