import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { EventLoopUtilization } from 'node:perf_hooks'

/** Below this share of its time in use the process has time for everything at once. */
const BUSY = 0.5
/** From this share on it could not serve all without putting some work together. */
const FULL = 0.8
const SAMPLE_MS = 250
/** Of the thread that reads it: nanoseconds that it ran, and that it waited for a core, since it began. */
const SCHEDULER_STATISTICS = '/proc/thread-self/schedstat'

interface Sample {
  readonly at: number
  readonly loop: EventLoopUtilization
  /** What the thread ran or waited for a core since it began; undefined: this system does not say. */
  readonly wantedMs: number | undefined
}

let crowding = 0
let last = sample()

// One for the process, since it is the process that is busy.
setInterval(() => {
  const now = sample()
  crowding = crowdingAt(utilizationBetween(last, now))
  last = now
}, SAMPLE_MS).unref()

/**
 * How crowded this process's event loop was of late: 0 while half of its time is free, 1 where nearly none is. What
 * passes pieces of a stream on waits longer for more of them the nearer it is to 1, so that several cost as much as one.
 *
 * Where others take the cores the loop has no time either, although it does not look busy: what its thread waits for a
 * core counts like work. Linux tells that; elsewhere only the loop's own work counts.
 */
export function eventLoopCrowding(): number {
  return crowding
}

/** @param utilization share of its time that the event loop is busy, 0 to 1 */
export function crowdingAt(utilization: number): number {
  return Math.min(1, Math.max(0, (utilization - BUSY) / (FULL - BUSY)))
}

/** @returns share of the time between two samples */
export function utilizationBetween(earlier: Sample, later: Sample): number {
  const { utilization } = performance.eventLoopUtilization(later.loop, earlier.loop)
  if (earlier.wantedMs === undefined || later.wantedMs === undefined) return utilization
  return Math.max(utilization, (later.wantedMs - earlier.wantedMs) / (later.at - earlier.at))
}

/** @returns milliseconds; undefined where `statistics` are not the scheduler's */
export function wantedMsOf(statistics: string): number | undefined {
  const [ranNs = Number.NaN, waitedNs = Number.NaN] = statistics.split(' ').map(Number)
  const wantedMs = (ranNs + waitedNs) / 1e6
  return Number.isNaN(wantedMs) ? undefined : wantedMs
}

function sample(): Sample {
  return {
    at: performance.now(),
    loop: performance.eventLoopUtilization(),
    wantedMs: readWantedMs(),
  }
}

function readWantedMs(): number | undefined {
  try {
    return wantedMsOf(readFileSync(SCHEDULER_STATISTICS, 'utf8'))
  } catch {
    return undefined
  }
}
