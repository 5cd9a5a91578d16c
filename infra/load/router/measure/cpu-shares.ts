import { cpuMs, machineCpuMs } from '../process/process-usage.ts'

/** Parts of a core, 0 to 1 for each core. */
export interface CpuShares {
  readonly gateway: number
  /** The simulator and the callers. */
  readonly load: number
  /** Whatever else runs on this machine. */
  readonly others: number
}

/** Begins to count; the function returned says what was used since. The same process twice counts once. */
export function countCpu(pids: { gateway: number; simulator: number }): () => CpuShares {
  const ours = [...new Set([pids.gateway, pids.simulator, process.pid])]
  const load = [...new Set([pids.simulator, process.pid])]
  const sum = (each: readonly number[]): number =>
    each.reduce((total, pid) => total + cpuMs(pid), 0)
  const read = () => ({
    at: performance.now(),
    gateway: cpuMs(pids.gateway),
    load: sum(load),
    others: machineCpuMs() - sum(ours),
  })
  const start = read()
  return () => {
    const end = read()
    const share = (kind: keyof CpuShares): number => {
      const part = (end[kind] - start[kind]) / (end.at - start.at)
      return Number(Math.max(0, part).toFixed(3))
    }
    return { gateway: share('gateway'), load: share('load'), others: share('others') }
  }
}
