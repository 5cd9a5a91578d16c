import { lineChart } from './router/chart/line-chart.ts'
import { benchConfiguration } from './router/gateway/bench-configuration.ts'
import { createGateway } from './router/gateway/gateway.ts'
import { ROUTER_SETTING, routerProgram } from './router/gateway/router-program.ts'
import { startRouterProcess } from './router/gateway/start-router.ts'
import { startSimulatorProcess } from './router/gateway/start-simulator.ts'
import { growthOfLowest } from './router/measure/growth.ts'
import { sampleMetrics } from './router/measure/metrics-sampler.ts'
import type { MetricsSample } from './router/measure/metrics-sampler.ts'
import { median, quantile } from './router/measure/statistics.ts'
import { soakWithStreams } from './router/measure/stream-soak.ts'
import { divideCores, moveTo } from './router/process/cores.ts'
import { row } from './router/run/results.ts'
import { runBench } from './router/run/run-bench.ts'
import { numberSetting } from './router/run/settings.ts'
import { sharedRedisUrl } from './router/run/shared-redis.ts'

const usage = `pnpm bench:router-soak: many paced streams at once through one replica of the router, on one core, for minutes. No error,
every text the simulator's to the letter, and memory that stays as it is: its growth is that of the last two thirds,
by the lowest value of each 15 seconds. Needs Linux, two cores, taskset.

  BENCH_SOAK_SECONDS            how long (300)
  BENCH_SOAK_STREAMS            at once (1000)
  BENCH_SOAK_TOKENS_PER_SECOND  of each stream (10)
  ${ROUTER_SETTING}

Writes infra/load/results/router-soak.json and router-soak.svg.`

const SECONDS = numberSetting('BENCH_SOAK_SECONDS', 300)
const STREAMS = numberSetting('BENCH_SOAK_STREAMS', 1000)
const TOKENS_PER_SECOND = numberSetting('BENCH_SOAK_TOKENS_PER_SECOND', 10)
const TOKENS = 100
const STREAM_MS = (TOKENS * 1000) / TOKENS_PER_SECOND
const WINDOW_S = 15
/** Rubbish is collected at its own times, so what is left after it is known no better than this. */
const STEADY = { atMost: 1 }

await runBench({
  name: 'router-soak',
  usage,
  run: async (releases) => {
    const { gateway, opsOrigin } = await startRouter(releases)
    console.log(`${STREAMS} streams for ${SECONDS} seconds …`)
    const done = new AbortController()
    const soaking = soakWithStreams(gateway, {
      streams: STREAMS,
      tokens: TOKENS,
      streamMs: STREAM_MS,
      endAt: performance.now() + SECONDS * 1000,
    }).finally(() => done.abort())
    const [samples, { exact, flaws, firstText }] = await Promise.all([
      sampleMetrics(opsOrigin, done.signal),
      soaking,
    ])
    gateway.process.assertAlive()
    for (const [flaw, times] of flaws) console.log(`  ${times} times: ${flaw}`)

    const failed = [...flaws.values()].reduce((sum, times) => sum + times, 0)
    const steady = samples.filter(({ atS }) => atS >= SECONDS / 3 && atS < SECONDS)
    const growth = (of: (sample: MetricsSample) => number): number =>
      growthOfLowest(
        steady.map((sample) => ({ x: sample.atS, y: of(sample) })),
        WINDOW_S,
      ) * 60
    const delays = steady.map(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms)
    const [first, last] = [samples[0], samples.at(-1)]
    const cpuS = (last?.cpuS ?? Number.NaN) - (first?.cpuS ?? Number.NaN)
    const elapsedS = (last?.atS ?? Number.NaN) - (first?.atS ?? Number.NaN)
    return {
      rows: [
        row('streams at once', STREAMS, 'streams', { atLeast: 1000 }),
        row('duration', SECONDS, 's', { atLeast: 300 }),
        row('streams complete, every text exact', exact, 'streams'),
        row('streams with an error or another text', failed, 'streams', { atMost: 0 }),
        row(
          'growth of resident memory',
          growth(({ residentMb }) => residentMb),
          'MB/min',
          STEADY,
        ),
        row(
          'growth of the heap',
          growth(({ heapMb }) => heapMb),
          'MB/min',
          STEADY,
        ),
        row('resident memory, at most', Math.max(...samples.map((each) => each.residentMb)), 'MB'),
        row('time to first token, p50', quantile(firstText, 0.5), 'ms'),
        row('time to first token, p99', quantile(firstText, 0.99), 'ms'),
        row('event-loop delay, p99, median second', median(delays), 'ms', { atMost: 100 }),
        row('event-loop delay, p99, worst second', Math.max(...delays), 'ms'),
        row('CPU', (cpuS / elapsedS) * 100, '%'),
        row('CPU a stream', (cpuS * 1000) / (exact + failed), 'ms'),
      ],
      chart: memoryChart(samples),
    }
  },
})

async function startRouter(releases: AsyncDisposableStack) {
  const program = routerProgram()
  const cores = divideCores()
  moveTo(cores.load)
  const simulator = await startSimulatorProcess(releases, cores.load)
  const router = await startRouterProcess(releases, {
    program,
    configuration: benchConfiguration(simulator.origin, {
      'bench-soak': `bench-model+tps-${TOKENS_PER_SECOND}`,
    }),
    redisUrl: await sharedRedisUrl(releases),
    cores: cores.gateway,
  })
  const gateway = createGateway(releases, {
    name: 'router',
    origin: router.origin,
    headers: { authorization: `Bearer ${router.apiKey}` },
    models: { fast: 'bench-soak', paced: 'bench-soak' },
    process: router.process,
  })
  return { gateway, opsOrigin: router.opsOrigin }
}

function memoryChart(samples: readonly MetricsSample[]): string {
  const line = (name: string, of: (sample: MetricsSample) => number) => ({
    name,
    points: samples.map((sample) => ({ x: sample.atS, y: of(sample) })),
  })
  return lineChart({
    title: `Memory of the router with ${STREAMS} streams at once`,
    x: { name: 'seconds', scale: 'linear' },
    y: { name: 'MB', scale: 'linear' },
    lines: [
      line('resident', ({ residentMb }) => residentMb),
      line('heap in use', ({ heapMb }) => heapMb),
    ],
  })
}
