import { describeExpectation, expectationOf } from './fault-cases.ts'
import type { Expectation } from './fault-cases.ts'
import type { Cell } from './fault-configuration.ts'
import type { Observation } from './run-cell.ts'

/** A cell of the table, as it is kept. */
export interface JudgedCell {
  readonly fault: string
  readonly wire: string
  readonly caller: string
  readonly calls: number
  /** All that were seen. */
  readonly endings: readonly string[]
  /** Of one call, on average. */
  readonly attempts: number
  readonly answeredBy: readonly string[]
  readonly deployments: readonly string[]
  readonly slowestMs: number
  readonly expected: string
  readonly met: boolean
  /** What was otherwise. */
  readonly flaws: readonly string[]
}

export function judgeCell(cell: Cell, observations: readonly Observation[]): JudgedCell {
  const expected = expectationOf(cell.fault, cell.caller)
  const attempts =
    observations.reduce((sum, each) => sum + each.attempts, 0) / Math.max(1, observations.length)
  const [fewest, most] = expected.attempts
  const flaws = [
    ...observations.flatMap((each) => flawsOf(each, expected)),
    ...(attempts < fewest || attempts > most ? [`${attempts.toFixed(2)} attempts`] : []),
  ]
  return {
    fault: cell.fault.name,
    wire: cell.wire.id,
    caller: cell.caller.name,
    calls: observations.length,
    endings: distinct(observations.map(describeEnding)),
    attempts: Number(attempts.toFixed(2)),
    answeredBy: distinct(observations.map(({ answeredBy }) => answeredBy ?? 'nobody')),
    deployments: distinct(observations.map(({ deployment }) => roleIn(deployment))),
    slowestMs: Math.round(Math.max(...observations.map(({ elapsedMs }) => elapsedMs))),
    expected: describeExpectation(expected),
    met: flaws.length === 0,
    flaws: distinct(flaws),
  }
}

function flawsOf(seen: Observation, expected: Expectation): string[] {
  const { ending, code, answeredBy, elapsedMs } = seen
  const flaws: string[] = []
  if (!expected.endings.includes(ending)) flaws.push(describeEnding(seen))
  else if (ending === 'error' && expected.code !== undefined && code !== expected.code) {
    flaws.push(`the code is ${code}`)
  }
  if (expected.answeredBy !== undefined && answeredBy !== expected.answeredBy) {
    flaws.push(`answered by ${answeredBy ?? 'nobody'}`)
  }
  if (elapsedMs > expected.withinMs) flaws.push(`took ${Math.round(elapsedMs)} ms`)
  return flaws
}

function describeEnding({ ending, code }: Observation): string {
  return ending === 'error' ? `error ${code}` : ending
}

/** What comes after the model's name. */
function roleIn(deployment: string | undefined): string {
  return deployment?.split('/').at(-1) ?? 'not said'
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
