import type { SharedPause } from './pause/pauses.ts'
import { createQuotaEngine } from './quota-engine.ts'
import type { QuotaEngine } from './quota-engine.ts'
import type { QuotaRefusal, QuotaScope, Reservation } from './quotas.ts'
import type { SharedBooks } from './shared/shared-books.ts'

/** When the tests' time begins, here and on the clock of Redis. */
const START_MS = 10_000
const SHARED_START_MS = 1_750_000_000_000

const TICK_MS = 250

/** Replicas in a time that passes only when the test says so, with ticks as in production. */
export interface QuotasUnderTest {
  readonly replicas: readonly QuotaEngine[]
  /** What each replica told the others. */
  readonly told: readonly SharedPause[][]
  readonly nowMs: () => number
  readonly sharedNowMs: () => number
  /** Has time pass, and all exchanged that comes up meanwhile. */
  pass(ms: number): Promise<void>
  /** Has all exchanged that waits for it. */
  exchange(): Promise<void>
}

export function quotasUnderTest(options: {
  books: (replica: number, sharedNowMs: () => number) => SharedBooks
  replicas?: number
  random?: () => number
  /** At most so much time passes at once. */
  stepMs?: number
  /** Called whenever time has passed. */
  onTime?: (nowMs: number) => void
  /** Until what was sent is answered, or has to wait for time to pass. */
  answered?: (exchanges: readonly Promise<void>[]) => Promise<unknown>
}): QuotasUnderTest {
  const { replicas: replicaCount = 2, random = Math.random, stepMs = TICK_MS } = options
  const { answered = (exchanges) => Promise.all(exchanges) } = options
  let now = START_MS
  let tickedAt = now
  const nowMs = (): number => now
  const sharedNowMs = (): number => SHARED_START_MS + Math.floor(now)
  const working = new Set<QuotaEngine>()
  const told: SharedPause[][] = []
  const replicas = Array.from({ length: replicaCount }, (_each, index) => {
    const ofThis: SharedPause[] = []
    told.push(ofThis)
    const engine: QuotaEngine = createQuotaEngine({
      books: options.books(index, sharedNowMs),
      replicaCount: () => replicaCount,
      nowMs,
      random,
      onWork: () => working.add(engine),
      onPause: (pause) => ofThis.push(pause),
    })
    return engine
  })
  const exchange = async (): Promise<void> => {
    do {
      const engines = [...working].toSorted(() => random() - 0.5)
      working.clear()
      await answered(engines.map((engine) => engine.exchange()))
    } while (working.size > 0)
  }
  return {
    replicas,
    told,
    nowMs,
    sharedNowMs,
    exchange,
    async pass(ms) {
      const end = now + ms
      while (now < end) {
        now = Math.min(end, tickedAt + TICK_MS, now + stepMs)
        options.onTime?.(now)
        if (now >= tickedAt + TICK_MS) {
          tickedAt = now
          for (const engine of replicas) engine.tick()
        }
        await exchange()
      }
    },
  }
}

export function isReservation(held: Reservation | QuotaRefusal): held is Reservation {
  return 'settle' in held
}

export function scopeOf(limits: QuotaScope['limits'], id = 'account'): QuotaScope {
  return { id, limits }
}

/** The most that lies within any minute. @param entries in order of their times */
export function mostInAMinute(
  entries: readonly { readonly atMs: number; readonly amount: number }[],
): number {
  let most = 0
  let sum = 0
  let oldest = 0
  for (const { atMs, amount } of entries) {
    sum += amount
    for (; entries[oldest]!.atMs <= atMs - 60_000; oldest++) sum -= entries[oldest]!.amount
    most = Math.max(most, sum)
  }
  return most
}
