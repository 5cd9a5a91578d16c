import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

/** Envoy's values: from the first on optional work is too much, from the second on all but critical work. */
const DELAY_MS = { strained: 100, exhausted: 500 } as const
const HEAP_SHARE = { strained: 0.85, exhausted: 0.92 } as const
/** From here on the process may die of any work. */
const HEAP_SHARE_FULL = 0.97
/**
 * How often the loop is tried. A timer of our own: `monitorEventLoopDelay` leaves out what comes first after a reset,
 * which is all there is in a loop that is blocked most of the time.
 */
const TICK_MS = 20
/** Delays are judged over so long. */
const WINDOW_MS = 2_000

export interface Pressure {
  /** 0: none; from 0 to 1 the work that can wait is turned away more and more; from 1 on all but critical work. */
  readonly level: number
  /** Nothing can be taken on any more. */
  readonly isFull: boolean
}

export interface PressureGauge {
  readonly current: Pressure
  close(): void
}

/**
 * How near the process is to its end, by how late the event loop came to a timer in the last two seconds, and by how
 * much of its heap is used.
 */
export function createPressureGauge(options: { readHeapShare?: () => number } = {}): PressureGauge {
  const { readHeapShare = heapShare } = options
  const delays: { at: number; lateMs: number }[] = []
  let current: Pressure = { level: 0, isFull: false }
  let last = performance.now()
  const ticking = setInterval(() => {
    const now = performance.now()
    delays.push({ at: now, lateMs: Math.max(0, now - last - TICK_MS) })
    while (delays[0]!.at < now - WINDOW_MS) delays.shift()
    last = now
    current = pressureAt(sustained(delays.map(({ lateMs }) => lateMs)), readHeapShare())
  }, TICK_MS)
  ticking.unref()
  return {
    get current() {
      return current
    },
    close: () => clearInterval(ticking),
  }
}

/** The third longest: one or two garbage collections are not an overload. Of a hundred ticks it is the 97th percentile. */
export function sustained(delaysMs: readonly number[]): number {
  return delaysMs.toSorted((a, b) => b - a)[2] ?? 0
}

export function pressureAt(delayMs: number, heap: number): Pressure {
  const share = (value: number, { strained, exhausted }: { strained: number; exhausted: number }) =>
    Math.max(0, (value - strained) / (exhausted - strained))
  return {
    level: Math.max(share(delayMs, DELAY_MS), share(heap, HEAP_SHARE)),
    isFull: heap > HEAP_SHARE_FULL,
  }
}

function heapShare(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return used / limit
}
