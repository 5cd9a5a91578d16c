import { z } from 'zod'
import type { Coordination } from '../coordination/coordination.ts'
import { BreakerRecord, nextVersion } from './breaker-record.ts'
import type { BreakerEntry, BreakerTable } from './breaker-table.ts'
import { HEALTHY_AFTER_MS } from './circuit-breaker.ts'
import { exchangeRecords } from './exchange-records.ts'
import type { ExchangeReply, ExchangeRequest } from './exchange-records.ts'

const TOPIC = 'breaker-standings'
/** What runs is put again from time to time, for the day Redis loses what it keeps. */
const PUT_AGAIN_AFTER_TICKS = 10
/** Whoever may probe and has nobody calling lets another replica try, which has this long to claim. */
const IDLE_PROBE_MS = 5_000
const YIELD_PROBE_MS = 2_000
/** What nobody has called for so long needs no probe. */
const IN_USE_MS = 3_600_000

// Each by itself, so that one from a newer router that this one does not understand spoils no other.
const Message = z.object({ records: z.array(z.unknown()) })

export interface StandingSharing {
  /** It has by itself come to stand elsewhere, and the others hear of it at once. */
  moved(entry: BreakerEntry): void
  /** To be called every second. */
  tick(): void
  close(): void
}

/**
 * Makes the breakers of all replicas one. A move is published at once and kept in Redis, where each replica looks for
 * news every second: a message that is lost costs a second, one that is late changes nothing, since versions only rise.
 * What Redis has not taken is put again until it has. The right to probe is claimed there too, by one replica at a
 * time.
 */
export function shareStandings(options: {
  table: BreakerTable
  coordination: Coordination
  nowMs: () => number
  epochMs: () => number
  random: () => number
  /** It stands elsewhere now, by itself or by what another replica told. */
  onMoved: (entry: BreakerEntry) => void
}): StandingSharing {
  const { table, coordination, nowMs, epochMs, random, onMoved } = options
  let since = 0
  let ticks = 0
  let isClosed = false
  let isExchanging = false
  let mustExchange = false
  const moves = new Set<BreakerEntry>()

  const learn = (record: BreakerRecord): void => {
    const isOldNews = record.state === 'closed' && record.inMs <= -HEALTHY_AFTER_MS
    const entry = isOldNews ? table.find(record.id) : table.ensure(record.id)
    if (entry === undefined || record.version <= entry.version) return
    entry.version = record.version
    entry.isUnsaved = false
    entry.breaker.adopt(record)
    onMoved(entry)
  }

  const request = (): ExchangeRequest => {
    const entries = [...table.entries()]
    const now = nowMs()
    const claiming = entries.filter((entry) => entry.breaker.mayProbe || mayClaim(entry, now))
    const releasing = entries.filter((entry) => entry.isLeased && !claiming.includes(entry))
    return {
      replicaId: coordination.replicaId,
      since,
      puts: entries.filter(({ isUnsaved }) => isUnsaved).map(recordOf),
      claims: claiming.map(({ id, version }) => ({ id, version })),
      releases: releasing.map(({ id }) => id),
    }
  }

  const conclude = ({ puts, claims, releases }: ExchangeRequest, reply: ExchangeReply): void => {
    since = reply.stamp
    for (const { id, version } of puts) {
      const entry = table.find(id)
      if (entry?.version === version) entry.isUnsaved = false
    }
    for (const record of reply.news) learn(record)
    for (const id of releases) {
      const entry = table.find(id)
      if (entry !== undefined) entry.isLeased = false
    }
    const granted = new Set(reply.granted)
    for (const { id } of claims) {
      const entry = table.find(id)
      if (entry === undefined) continue
      entry.isLeased = granted.has(id)
      if (!entry.isLeased) entry.breaker.withdrawProbe()
      // Unless it has let go while it asked.
      else if (mayClaim(entry, nowMs())) entry.breaker.grantProbe()
    }
  }

  const exchangeOnce = async (): Promise<void> => {
    const { redis } = coordination
    if (isClosed || redis === undefined) return
    const asked = request()
    // Coordination says in the log when Redis is away; the next tick tries again.
    const reply = await exchangeRecords(redis, asked).catch(() => undefined)
    if (!isClosed && reply !== undefined) conclude(asked, reply)
  }

  /** One at a time; what comes up meanwhile is in the next. */
  const exchange = async (): Promise<void> => {
    mustExchange = true
    if (isExchanging) return
    isExchanging = true
    try {
      while (mustExchange) {
        mustExchange = false
        await exchangeOnce()
      }
    } finally {
      isExchanging = false
    }
  }

  const tellMoves = (): void => {
    coordination.publish(TOPIC, { records: [...moves].map(recordOf) })
    moves.clear()
    void exchange()
  }

  const ends = [
    coordination.subscribe(TOPIC, (raw) => {
      const message = Message.safeParse(raw)
      for (const each of message.data?.records ?? []) {
        const record = BreakerRecord.safeParse(each)
        if (record.success) learn(record.data)
      }
    }),
    coordination.onConnect(() => {
      // It may be another Redis, or an emptied one.
      since = 0
      for (const entry of table.entries()) entry.isUnsaved ||= !entry.breaker.isClosed
      void exchange()
    }),
  ]

  return {
    moved(entry) {
      entry.version = nextVersion(entry.version, epochMs(), random())
      entry.isUnsaved = true
      onMoved(entry)
      if (moves.size === 0) queueMicrotask(tellMoves)
      moves.add(entry)
    },
    tick() {
      ticks++
      for (const entry of table.entries()) {
        if (coordination.replicaCount > 1 && entry.breaker.probeIdleMs >= IDLE_PROBE_MS) {
          entry.breaker.withdrawProbe()
          entry.claimAfterMs = nowMs() + YIELD_PROBE_MS
        }
        if (ticks % PUT_AGAIN_AFTER_TICKS === 0) entry.isUnsaved ||= !entry.breaker.isClosed
      }
      void exchange()
    },
    close() {
      isClosed = true
      for (const end of ends) end()
    },
  }
}

function recordOf({ id, version, breaker }: BreakerEntry): BreakerRecord {
  return { id, version, ...breaker.standing }
}

function mayClaim(entry: BreakerEntry, nowMs: number): boolean {
  const isInUse = nowMs - entry.usedAtMs < IN_USE_MS
  return isInUse && nowMs >= entry.claimAfterMs && entry.breaker.wantsProbe
}
