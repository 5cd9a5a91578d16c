import type { Gateway } from '../gateway/gateway.ts'
import type { ResidentMemory } from '../process/process-usage.ts'
import { row } from '../run/results.ts'
import type { Row } from '../run/results.ts'
import type { RateStep } from './calls-at-rate.ts'
import type { Latency } from './latency.ts'
import type { Limit } from './limit-search.ts'
import type { StreamStep } from './paced-streams.ts'
import { median, quantile } from './statistics.ts'

/** What was measured of each gateway. */
export interface Measured {
  readonly latencies: ReadonlyMap<Gateway, Latency>
  readonly rates: ReadonlyMap<Gateway, Limit<RateStep>>
  readonly streams: ReadonlyMap<Gateway, Limit<StreamStep>>
  readonly memory: ReadonlyMap<Gateway, { before: ResidentMemory; after: ResidentMemory }>
}

export interface Gateways {
  readonly simulator: Gateway
  readonly bareProxy: Gateway
  readonly router: Gateway
  readonly portkey: Gateway
}

const HALF = { atMost: 0.5 }
const FOUR_TIMES = { atLeast: 4 }

/** The figures as they are kept: what each gateway does, and what the router does for each of Portkey's. */
export function routerRows(measured: Measured, gateways: Gateways): Row[] {
  const { simulator, bareProxy, router, portkey } = gateways
  const behind = [bareProxy, router, portkey]
  const all = [simulator, ...behind]
  const added = (gateway: Gateway, kind: keyof Latency, share: number): number =>
    latency(measured, gateway, kind, share) - latency(measured, simulator, kind, share)
  const compare = (value: (gateway: Gateway) => number): number => value(router) / value(portkey)

  const addedLatency = (
    [
      ['added latency, p50', 'whole', 0.5],
      ['added latency, p99', 'whole', 0.99],
      ['added time to first token, p50', 'firstText', 0.5],
      ['added time to first token, p99', 'firstText', 0.99],
    ] as const
  ).flatMap(([what, kind, share]) => [
    ...behind.map((gateway) => row(`${what}: ${gateway.name}`, added(gateway, kind, share), 'ms')),
    row(
      `${what}: router to Portkey`,
      compare((each) => added(each, kind, share)),
      'ratio',
      HALF,
    ),
  ])

  const rate = (gateway: Gateway): number => measured.rates.get(gateway)?.borne ?? 0
  const cpuACall = (gateway: Gateway): number => {
    const step = measured.rates.get(gateway)?.step
    return step === undefined ? Number.NaN : (step.cpu.gateway * 1000) / step.ratePerSecond
  }
  const highestRate = [
    ...all.map((each) => row(`highest rate, p99 <= 50 ms: ${each.name}`, rate(each), 'calls/s')),
    row('highest rate: router to Portkey', compare(rate), 'ratio', FOUR_TIMES),
    loadOf('at the router’s highest rate', measured.rates.get(router)),
    ...behind.map((each) => row(`CPU a call: ${each.name}`, cpuACall(each), 'ms')),
    row('CPU a call: router to Portkey', compare(cpuACall), 'ratio'),
  ]

  const streams = (gateway: Gateway): number => measured.streams.get(gateway)?.borne ?? 0
  const cpuAStream = (gateway: Gateway): number =>
    measured.streams.get(gateway)?.steps[0]?.cpuMsPerStream ?? Number.NaN
  const pacedStreams = [
    ...all.map((each) => row(`paced streams at once: ${each.name}`, streams(each), 'streams')),
    row('paced streams at once: router to Portkey', compare(streams), 'ratio', FOUR_TIMES),
    loadOf('at the router’s most streams', measured.streams.get(router)),
    ...behind.map((each) => row(`CPU a stream: ${each.name}`, cpuAStream(each), 'ms')),
    row('CPU a stream: router to Portkey', compare(cpuAStream), 'ratio'),
  ]

  const memory = behind.flatMap((gateway) => {
    const { before, after } = measured.memory.get(gateway) ?? {}
    return [
      row(`memory before: ${gateway.name}`, before?.nowMb ?? Number.NaN, 'MB'),
      row(`memory after: ${gateway.name}`, after?.nowMb ?? Number.NaN, 'MB'),
      row(`memory at most: ${gateway.name}`, after?.highestMb ?? Number.NaN, 'MB'),
    ]
  })

  const steps = [...measured.rates.values(), ...measured.streams.values()].flatMap(
    (limit): readonly (RateStep | StreamStep)[] => limit.steps,
  )
  const others = median(steps.map(({ cpu }) => cpu.others))
  return [
    ...addedLatency,
    ...highestRate,
    ...pacedStreams,
    ...memory,
    row('of a core used by other programs, median of all steps', others * 100, '%', { atMost: 25 }),
  ]
}

function latency(
  { latencies }: Measured,
  gateway: Gateway,
  kind: keyof Latency,
  share: number,
): number {
  return quantile(latencies.get(gateway)?.[kind] ?? [], share)
}

/** A core that is not full was not in the way; the bare proxy, which needs the least, is limited by it. */
function loadOf(when: string, limit: Limit<RateStep | StreamStep> | undefined): Row {
  const share = limit?.step?.cpu.load ?? Number.NaN
  return row(`core of the simulator and the callers in use, ${when}`, share * 100, '%', {
    atMost: 90,
  })
}
