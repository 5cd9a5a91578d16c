import { performance } from 'node:perf_hooks'

/** Below this share of its time in use the process passes everything on at once. */
const BUSY = 0.5
/** At this share it waits longest. */
const FULL = 0.9
const LONGEST_DELAY_MS = 200
const SAMPLE_MS = 250

let delayMs = 0
let last = performance.eventLoopUtilization()

// One for the process, since it is the process that is busy.
setInterval(() => {
  const now = performance.eventLoopUtilization()
  const { utilization } = performance.eventLoopUtilization(now, last)
  last = now
  delayMs = delayFor(utilization)
}, SAMPLE_MS).unref()

/**
 * How long more of a stream is waited for before it is passed on, so that several pieces cost as much as one. Nothing
 * while there is time. The longest is a pause that a reader may notice, in a process that could not serve all otherwise.
 */
export function coalesceDelayMs(): number {
  return delayMs
}

/** @param utilization share of its time that the event loop is busy, 0 to 1 */
export function delayFor(utilization: number): number {
  const share = Math.min(1, Math.max(0, (utilization - BUSY) / (FULL - BUSY)))
  return Math.round(share * LONGEST_DELAY_MS)
}
