import { setInterval as every } from 'node:timers/promises'

/** Of a process that publishes prom-client's default metrics. */
export interface MetricsSample {
  /** Seconds since sampling began. */
  readonly atS: number
  readonly residentMb: number
  /** Used by JavaScript objects, rubbish included. */
  readonly heapMb: number
  /** Of the time since the last sample. */
  readonly eventLoopDelayP99Ms: number
  /** Since the process began. */
  readonly cpuS: number
}

/** A sample a second, until the signal. @param opsOrigin where `/metrics` is */
export async function sampleMetrics(
  opsOrigin: string,
  signal: AbortSignal,
): Promise<MetricsSample[]> {
  const samples: MetricsSample[] = []
  const startAt = performance.now()
  try {
    for await (const _ of every(1_000, undefined, { signal })) {
      const response = await fetch(`${opsOrigin}/metrics`, { signal })
      const text = await response.text()
      samples.push({
        atS: (performance.now() - startAt) / 1000,
        residentMb: valueOf(text, 'process_resident_memory_bytes') / 1e6,
        heapMb: valueOf(text, 'nodejs_heap_size_used_bytes') / 1e6,
        eventLoopDelayP99Ms: valueOf(text, 'nodejs_eventloop_lag_p99_seconds') * 1e3,
        cpuS: valueOf(text, 'process_cpu_seconds_total'),
      })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return samples
}

function valueOf(text: string, metric: string): number {
  return Number(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1])
}
