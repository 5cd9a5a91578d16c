import type { CpuOfParts } from '../cluster/platform-usage.ts'
import { CORES } from '../cluster/two-cores.ts'
import { quantile } from '../router/measure/statistics.ts'
import { row } from '../router/run/results.ts'
import type { Row } from '../router/run/results.ts'
import { addedToEnd, addedToFirstToken } from '../turns/judge-turns.ts'
import type { ProviderShare } from '../turns/simulator-log.ts'
import type { PhaseRun } from './run-phase.ts'

/** The strategy's warning level. */
const P95_MS = { atMost: 2_000 }
/** At a steady rate the last second is never quite full. */
const NEARLY = 0.99
const OURS = ['chat-api', 'provider-router', 'worker', 'postgres', 'redis']
const ALL_PARTS = [...OURS, 'provider-simulator', 'readers']

export function phaseRows(run: PhaseRun, shares: ReadonlyMap<string, ProviderShare>): Row[] {
  const { phase, elapsedMs, turns, requests, cores } = run
  const at = (name: string): string => `${phase.name}: ${name}`
  const seconds = elapsedMs / 1000
  const asPlanned = (planned: number) => ({ atLeast: Math.floor(planned * NEARLY) })
  const flawed = [...turns, ...requests].filter(({ flaw }) => flaw !== undefined).length
  const ofTurns = (measure: typeof addedToEnd): number[] =>
    turns.flatMap((turn) => measure(turn, shares) ?? [])
  return [
    row(at('sessions'), phase.sessions, 'sessions', { atLeast: phase.sessions }),
    row(at('duration'), seconds / 60, 'min'),
    row(
      at('requests'),
      (requests.length / seconds) * 3_600,
      'per hour',
      asPlanned(phase.requestsPerHour),
    ),
    row(
      at('AI calls for a reader'),
      (turns.length / seconds) * 60,
      'per minute',
      asPlanned(phase.aiCallsPerMinute),
    ),
    row(
      at('database operations'),
      run.databaseOperations / seconds,
      'per second',
      asPlanned(phase.databaseOperationsPerSecond),
    ),
    row(at('database operations by the benchmark itself'), run.filledUp / seconds, 'per second'),
    row(at('errors and wrong texts'), flawed + run.unsent, '', { atMost: 0 }),
    row(at('request, p50'), quantile(elapsed(requests), 0.5), 'ms'),
    row(at('request, p95'), quantile(elapsed(requests), 0.95), 'ms', P95_MS),
    row(
      at('first token without the provider’s share, p95'),
      quantile(ofTurns(addedToFirstToken), 0.95),
      'ms',
      P95_MS,
    ),
    row(
      at('whole answer without the provider’s share, p95'),
      quantile(ofTurns(addedToEnd), 0.95),
      'ms',
      P95_MS,
    ),
    row(
      at('first token as a reader sees it, p95'),
      quantile(
        turns
          .flatMap(({ sentAt, firstTokenAt }) => firstTokenAt && firstTokenAt - sentAt)
          .filter(isNumber),
        0.95,
      ),
      'ms',
    ),
    ...Object.entries(cores).map(([part, used]) => row(at(`CPU of ${part}`), used, 'cores')),
    ...Object.entries(run.residentMb).map(([name, most]) =>
      row(at(`memory of ${name}, at most`), most, 'MB'),
    ),
    row(at('idle of two cores, simulator and readers counted'), idleShare(cores, ALL_PARTS), '%'),
    row(at('idle of two cores, without simulator and readers'), idleShare(cores, OURS), '%'),
  ]
}

function elapsed(requests: PhaseRun['requests']): number[] {
  return requests.flatMap(({ flaw, elapsedMs }) => (flaw === undefined ? elapsedMs : []))
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined
}

function idleShare(cores: CpuOfParts, parts: readonly string[]): number {
  const used = parts.reduce((sum, part) => sum + (cores[part] ?? 0), 0)
  return 100 * (1 - used / CORES)
}
