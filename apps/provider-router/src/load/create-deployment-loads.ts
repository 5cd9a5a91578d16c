import type { DeploymentLoads, LoadView, RunningCall } from './deployment-load.ts'
import { MissRate } from './miss-rate.ts'
import { PeakEwma } from './peak-ewma.ts'

/** Callers may name models at will; what they name must not fill the memory. */
const LIMIT = 1_000
/** A small request's answer should have begun by then. */
const OBJECTIVE_MS = 1_000
/** What a failed call counts at least: a caller has to wait for another deployment after it. */
const FAILURE_MS = 5_000

interface DeploymentLoad {
  inFlight: number
  samples: number
  measuredAt: number
  readonly latency: PeakEwma
  readonly misses: MissRate
}

const NO_LOAD: LoadView = {
  inFlight: 0,
  latencyMs: undefined,
  measuredAgoMs: undefined,
  samples: 0,
  missRate: 0,
}

/** @param options.nowMs a clock that never goes back */
export function createDeploymentLoads(options: { nowMs: () => number }): DeploymentLoads {
  const { nowMs } = options
  /** The one called longest ago comes first. */
  const loads = new Map<string, DeploymentLoad>()

  /** Dropping one with calls in flight would lose their count. */
  const makeRoom = (): void => {
    for (const [id, load] of loads) {
      if (loads.size < LIMIT) return
      if (load.inFlight === 0) loads.delete(id)
    }
  }
  const touch = (id: string): DeploymentLoad => {
    const load = loads.get(id) ?? newLoad()
    loads.delete(id)
    makeRoom()
    loads.set(id, load)
    return load
  }
  return {
    begin(deploymentId) {
      const load = touch(deploymentId)
      load.inFlight += 1
      return runningCall(load, nowMs)
    },
    view(deploymentId) {
      const load = loads.get(deploymentId)
      if (load === undefined) return NO_LOAD
      const now = nowMs()
      return {
        inFlight: load.inFlight,
        latencyMs: load.latency.at(now),
        measuredAgoMs: load.samples === 0 ? undefined : now - load.measuredAt,
        samples: load.samples,
        missRate: load.misses.at(now),
      }
    },
  }
}

function newLoad(): DeploymentLoad {
  return {
    inFlight: 0,
    samples: 0,
    measuredAt: 0,
    latency: new PeakEwma(),
    misses: new MissRate(),
  }
}

function runningCall(load: DeploymentLoad, nowMs: () => number): RunningCall {
  const startedAt = nowMs()
  let answered = false
  let ended = false
  const measure = (missed: boolean): void => {
    load.samples += 1
    load.measuredAt = nowMs()
    load.misses.note(missed, load.measuredAt)
  }
  return {
    firstToken(elapsedMs) {
      if (answered || ended) return
      answered = true
      load.latency.observe(elapsedMs, nowMs())
      measure(elapsedMs > OBJECTIVE_MS)
    },
    end(failed) {
      if (ended) return
      ended = true
      load.inFlight -= 1
      const now = nowMs()
      const waitedMs = now - startedAt
      if (failed) {
        load.latency.raise(answered ? FAILURE_MS : Math.max(waitedMs, FAILURE_MS), now)
        if (!answered) measure(true)
      } else if (!answered && waitedMs > OBJECTIVE_MS) {
        // The caller went away unanswered: how long it would have taken is not known, but it was longer than this.
        load.latency.raise(waitedMs, now)
        measure(true)
      }
    },
  }
}
