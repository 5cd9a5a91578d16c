import { performance } from 'node:perf_hooks'

/** Below this share of its time in use the process has time for everything at once. */
const BUSY = 0.5
/** From this share on it could not serve all without putting some work together. */
const FULL = 0.9
const SAMPLE_MS = 250

let crowding = 0
let last = performance.eventLoopUtilization()

// One for the process, since it is the process that is busy.
setInterval(() => {
  const now = performance.eventLoopUtilization()
  crowding = crowdingAt(performance.eventLoopUtilization(now, last).utilization)
  last = now
}, SAMPLE_MS).unref()

/**
 * How crowded this process's event loop was of late: 0 while half of its time is free, 1 where nearly none is. What
 * passes pieces of a stream on waits longer for more of them the nearer it is to 1, so that several cost as much as one.
 */
export function eventLoopCrowding(): number {
  return crowding
}

/** @param utilization share of its time that the event loop is busy, 0 to 1 */
export function crowdingAt(utilization: number): number {
  return Math.min(1, Math.max(0, (utilization - BUSY) / (FULL - BUSY)))
}
