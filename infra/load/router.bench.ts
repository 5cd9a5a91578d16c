import { lineChart } from './router/chart/line-chart.ts'
import { benchConfiguration } from './router/gateway/bench-configuration.ts'
import { ROUTER_SETTING, routerProgram } from './router/gateway/router-program.ts'
import { FAST_MODEL, PACED_MODEL, PROVIDER_KEY, createGateway } from './router/gateway/gateway.ts'
import type { Gateway } from './router/gateway/gateway.ts'
import { startBareProxy } from './router/gateway/start-bare-proxy.ts'
import { startPortkey } from './router/gateway/start-portkey.ts'
import { startRouterProcess } from './router/gateway/start-router.ts'
import { startSimulatorProcess } from './router/gateway/start-simulator.ts'
import { callAtRate } from './router/measure/calls-at-rate.ts'
import type { RateStep } from './router/measure/calls-at-rate.ts'
import { measureLatency } from './router/measure/latency.ts'
import { findLimits } from './router/measure/limit-search.ts'
import type { Limit } from './router/measure/limit-search.ts'
import { runPacedStreams } from './router/measure/paced-streams.ts'
import type { StreamStep } from './router/measure/paced-streams.ts'
import { routerRows } from './router/measure/router-rows.ts'
import type { Gateways } from './router/measure/router-rows.ts'
import { warmUp } from './router/measure/warm-up.ts'
import { divideCores, moveTo } from './router/process/cores.ts'
import { residentMemory } from './router/process/process-usage.ts'
import { runBench } from './router/run/run-bench.ts'
import { numberSetting } from './router/run/settings.ts'
import { sharedRedisUrl } from './router/run/shared-redis.ts'

const RATE_P99_MS = 50
/** A stream is on pace that takes no longer than this times what one takes that is alone. */
const SLOWEST_STREAM = 1.25
const LATEST_FIRST_TEXT_MS = 250

const usage = `pnpm bench:router: what the router costs, beside the simulator called directly, a bare proxy (http in, undici out)
and the Portkey gateway, in one run and in turns. What is measured has one core to itself; the simulator and the
callers have the others. Every prompt is unique, and every answer is compared with the simulator's.
Needs Linux, two cores, taskset; the first time also the npm registry, for Portkey.

  BENCH_SECONDS   of one step at a rate or of streams (2)
  BENCH_ROUNDS    calls one at a time, of each kind at each gateway (1000)
  BENCH_WARM_UP   seconds of each gateway before anything counts (8)
  ${ROUTER_SETTING}

Writes infra/load/results/router.json and router.svg.`

const SECONDS = numberSetting('BENCH_SECONDS', 2)
const ROUNDS = numberSetting('BENCH_ROUNDS', 1000)
const WARM_UP = numberSetting('BENCH_WARM_UP', 8)

await runBench({
  name: 'router',
  usage,
  run: async (releases) => {
    const gateways = await startGateways(releases)
    const { simulator, bareProxy, router, portkey } = gateways
    const all = [simulator, bareProxy, router, portkey]
    const simulatorPid = simulator.process.pid
    for (const gateway of all) await warmUp(gateway, WARM_UP)
    const memoryBefore = new Map(all.map((each) => [each, residentMemory(each.process.pid)]))

    console.log('One call at a time …')
    const latencies = await measureLatency(all, ROUNDS)

    console.log(`The highest rate at p99 <= ${RATE_P99_MS} ms …`)
    const rates = await findLimits<RateStep>(all, {
      first: 500,
      largest: 64_000,
      narrowings: 4,
      attempt: async (gateway, ratePerSecond) =>
        told(gateway, await callAtRate(gateway, { ratePerSecond, seconds: SECONDS, simulatorPid })),
      isBorne: ({ flaw, p99Ms }) => flaw === undefined && p99Ms <= RATE_P99_MS,
    })

    console.log('The most paced streams at once …')
    const alone = await runPacedStreams(simulator, { streams: 8, seconds: SECONDS, simulatorPid })
    const streams = await findLimits<StreamStep>(all, {
      first: 128,
      largest: 2_048,
      narrowings: 3,
      attempt: async (gateway, count) =>
        told(
          gateway,
          await runPacedStreams(gateway, { streams: count, seconds: SECONDS, simulatorPid }),
        ),
      isBorne: ({ flaw, durationP99Ms, firstTextP99Ms }) =>
        flaw === undefined &&
        durationP99Ms <= alone.durationP99Ms * SLOWEST_STREAM &&
        firstTextP99Ms <= alone.firstTextP99Ms + LATEST_FIRST_TEXT_MS,
    })

    const memory = new Map(
      all.map((each) => [
        each,
        { before: memoryBefore.get(each)!, after: residentMemory(each.process.pid) },
      ]),
    )
    return {
      rows: routerRows({ latencies, rates, streams, memory }, gateways),
      details: { rateSteps: stepsOf(rates), streamSteps: stepsOf(streams) },
      chart: rateChart(rates),
    }
  },
})

async function startGateways(releases: AsyncDisposableStack): Promise<Gateways> {
  const program = routerProgram()
  const cores = divideCores()
  moveTo(cores.load)
  const { origin: simulatorOrigin, process } = await startSimulatorProcess(releases, cores.load)
  const simulator = createGateway(releases, {
    name: 'simulator',
    origin: simulatorOrigin,
    headers: { authorization: `Bearer ${PROVIDER_KEY}` },
    process,
  })
  const router = await startRouterProcess(releases, {
    program,
    configuration: benchConfiguration(simulatorOrigin, {
      'bench-fast': FAST_MODEL,
      'bench-paced': PACED_MODEL,
    }),
    redisUrl: await sharedRedisUrl(releases),
    cores: cores.gateway,
  })
  const behind = { simulatorOrigin, cores: cores.gateway }
  return {
    simulator,
    bareProxy: await startBareProxy(releases, behind),
    router: createGateway(releases, {
      name: 'router',
      origin: router.origin,
      headers: { authorization: `Bearer ${router.apiKey}` },
      models: { fast: 'bench-fast', paced: 'bench-paced' },
      process: router.process,
    }),
    portkey: await startPortkey(releases, behind),
  }
}

/** Says how a step went, since the whole takes minutes. */
function told<Step extends RateStep | StreamStep>(gateway: Gateway, step: Step): Step {
  const load = 'streams' in step ? `${step.streams} streams` : `${step.ratePerSecond} calls/s`
  const times =
    'streams' in step
      ? `p99 ${step.durationP99Ms.toFixed(0)} ms, first text ${step.firstTextP99Ms.toFixed(0)} ms`
      : `p50 ${step.p50Ms.toFixed(1)} ms, p99 ${step.p99Ms.toFixed(1)} ms`
  const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
  const { gateway: own, load: beside, others } = step.cpu
  const cpu = `cores ${percent(own)} and ${percent(beside)}, others ${percent(others)}`
  console.log(
    `  ${gateway.name}: ${load}, ${times}, ${cpu}${step.flaw === undefined ? '' : `, ${step.flaw}`}`,
  )
  return step
}

function stepsOf(limits: ReadonlyMap<Gateway, Limit<RateStep | StreamStep>>): object[] {
  return [...limits].flatMap(([{ name }, { steps }]) =>
    steps.map((step) => ({ gateway: name, ...step })),
  )
}

function rateChart(rates: ReadonlyMap<Gateway, Limit<RateStep>>): string {
  const lines = [...rates].map(([{ name }, { steps }]) => ({
    name,
    points: steps
      .filter(({ p99Ms }) => p99Ms > 0)
      .map(({ ratePerSecond, p99Ms }) => ({ x: ratePerSecond, y: p99Ms }))
      .toSorted((a, b) => a.x - b.x),
  }))
  return lineChart({
    title: 'Latency by rate, one core',
    x: { name: 'calls a second', scale: 'logarithmic' },
    y: { name: 'p99, ms', scale: 'logarithmic' },
    lines,
    level: { y: RATE_P99_MS, name: `${RATE_P99_MS} ms` },
  })
}
