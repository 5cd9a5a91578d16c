import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionPool } from './router/call/connection-pool.ts'
import { attemptsAt } from './router/faults/attempt-log.ts'
import { CALLERS } from './router/faults/callers.ts'
import { countAmplification } from './router/faults/count-amplification.ts'
import { FAULT_CASES, describeExpectation, expectationOf } from './router/faults/fault-cases.ts'
import type { FaultCase } from './router/faults/fault-cases.ts'
import { STRAINS, faultConfiguration } from './router/faults/fault-configuration.ts'
import { judgeCell } from './router/faults/judge-cell.ts'
import type { JudgedCell } from './router/faults/judge-cell.ts'
import { runCell } from './router/faults/run-cell.ts'
import type { Replica } from './router/faults/run-cell.ts'
import { WIRE_FORMATS } from './router/faults/wire-formats.ts'
import { ROUTER_SETTING, routerProgram } from './router/gateway/router-program.ts'
import { startRouterProcess } from './router/gateway/start-router.ts'
import { startSimulatorProcess } from './router/gateway/start-simulator.ts'
import { row } from './router/run/results.ts'
import type { Row } from './router/run/results.ts'
import { runBench } from './router/run/run-bench.ts'
import { numberSetting, textSetting } from './router/run/settings.ts'
import { sharedRedisUrl } from './router/run/shared-redis.ts'

const usage = `pnpm bench:faults: what callers get when a provider fails, for each fault, each provider's wire format and four kinds of
caller, at two replicas that share a Redis. Each cell has an expectation (router/faults/fault-cases.ts), and the text
is compared with the simulator's to the letter. Then hundreds of requests at a provider that goes on failing, to count
how many calls it sees for each.

  BENCH_ONLY      only faults whose name has this in it; nothing is written then
  BENCH_REQUESTS  at a provider that goes on failing (400)
  ${ROUTER_SETTING}

Writes infra/load/results/faults.json.`

const ONLY = textSetting('BENCH_ONLY')
const REQUESTS = numberSetting('BENCH_REQUESTS', 400)
/** Time limits of calls that were left must have ended them by then. */
const SETTLED_WITHIN_MS = 8_000

await runBench({
  name: 'faults',
  usage,
  run: async (releases) => {
    const { replicas, simulatorOrigin } = await startEverything(releases)
    const faults = FAULT_CASES.filter(({ name }) => ONLY === undefined || name.includes(ONLY))
    const cells: JudgedCell[] = []
    for (const fault of faults) {
      const judged = await runFault(fault, { replicas, simulatorOrigin })
      cells.push(...judged)
      printFault(fault, judged)
    }
    if (ONLY !== undefined) return undefined

    const strained = await strain({ replicas, simulatorOrigin })
    const leftRunning = await countLeftRunning(simulatorOrigin)
    const expected = cells.filter(({ met }) => met).length
    const summary = [
      row('cells as expected', (expected / cells.length) * 100, '%', { atLeast: 100 }),
      row(
        'cells with an answer cut short that looks complete',
        cells.filter(({ endings }) => endings.includes('cut short')).length,
        'cells',
        { atMost: 0 },
      ),
      row('calls at the provider left running', leftRunning, 'calls', { atMost: 0 }),
      ...strained,
    ]
    const rows = [...summary, ...faults.flatMap((fault) => rowsOf(fault, cells))]
    return { rows, printed: summary, details: { cells } }
  },
})

async function startEverything(
  releases: AsyncDisposableStack,
): Promise<{ replicas: Replica[]; simulatorOrigin: string }> {
  const program = routerProgram()
  const redisUrl = await sharedRedisUrl(releases)
  if (redisUrl === undefined) throw new Error('replicas need a Redis: run `pnpm bench:faults`')
  const { origin: simulatorOrigin } = await startSimulatorProcess(releases)
  const configuration = faultConfiguration(simulatorOrigin)
  const replicas: Replica[] = []
  for (const index of [0, 1]) {
    const name = `provider-router ${index}`
    const router = await startRouterProcess(releases, { program, configuration, redisUrl, name })
    const pool = new ConnectionPool(router.origin)
    releases.defer(() => pool.close())
    replicas.push({ index, pool, headers: { authorization: `Bearer ${router.apiKey}` } })
  }
  return { replicas, simulatorOrigin }
}

/** All wire formats at once, one kind of caller after the other: most of the time is waiting for time limits. */
async function runFault(
  fault: FaultCase,
  at: { replicas: readonly Replica[]; simulatorOrigin: string },
): Promise<JudgedCell[]> {
  const judged: JudgedCell[] = []
  for (const caller of CALLERS) {
    const cells = WIRE_FORMATS.map((wire) => ({ fault, wire, caller }))
    judged.push(
      ...(await Promise.all(cells.map(async (cell) => judgeCell(cell, await runCell(cell, at))))),
    )
  }
  return judged
}

/** One line for each kind of caller; wire formats that fare alike share it. */
function printFault(fault: FaultCase, cells: readonly JudgedCell[]): void {
  console.log(fault.name)
  for (const { name } of CALLERS) {
    const ways = new Map<string, JudgedCell[]>()
    for (const cell of cells.filter(({ caller }) => caller === name)) {
      const facts = [
        cell.endings.join(', '),
        `attempts ${cell.attempts}`,
        `answered by ${cell.answeredBy.join(', ')}`,
        `said to be ${cell.deployments.join(', ')}`,
      ]
      const way = `${cell.met ? 'ok ' : 'NOT'} ${facts.join('; ')}`
      ways.set(way, [...(ways.get(way) ?? []), cell])
    }
    for (const [way, alike] of ways) {
      const slowestMs = Math.max(...alike.map((cell) => cell.slowestMs))
      const wires =
        alike.length === WIRE_FORMATS.length ? 'all' : alike.map(({ wire }) => wire).join(', ')
      console.log(`  ${name.padEnd(17)} ${way}; ${slowestMs} ms (${wires})`)
      if (!alike.every(({ met }) => met)) console.log(`    expected ${alike[0]?.expected}`)
    }
  }
}

/** Each kind of caller over all wire formats: the slowest, and whether all were as expected. */
function rowsOf(fault: FaultCase, cells: readonly JudgedCell[]): Row[] {
  return CALLERS.map((caller) => {
    const ours = cells.filter((cell) => cell.fault === fault.name && cell.caller === caller.name)
    return {
      name: `${fault.name}: ${caller.name}`,
      value: Math.max(...ours.map(({ slowestMs }) => slowestMs)),
      unit: 'ms',
      goal: describeExpectation(expectationOf(fault, caller)),
      met: ours.every(({ met }) => met),
    }
  })
}

async function strain(at: {
  replicas: readonly Replica[]
  simulatorOrigin: string
}): Promise<Row[]> {
  const rows: Row[] = []
  for (const { model, name } of STRAINS) {
    const { attemptsPerRequest, endings } = await countAmplification({
      ...at,
      model,
      requests: REQUESTS,
    })
    console.log(`${name}, ${REQUESTS} requests: ${JSON.stringify(Object.fromEntries(endings))}`)
    const exact = ((endings.get('exact') ?? 0) / REQUESTS) * 100
    rows.push(
      row(`calls a request, ${name}`, attemptsPerRequest, 'calls', { atMost: 1.1 }),
      row(`exact answers, ${name}`, exact, '%', { atLeast: 100 }),
    )
  }
  return rows
}

/** What the router has given up must be given up at the provider as well: it is paid for. */
async function countLeftRunning(simulatorOrigin: string): Promise<number> {
  const deadline = performance.now() + SETTLED_WITHIN_MS
  for (;;) {
    const attempts = await attemptsAt(simulatorOrigin, 'Tell me about')
    const running = attempts.filter(({ endedBy }) => endedBy === null).length
    if (running === 0 || performance.now() > deadline) return running
    await sleep(250)
  }
}
