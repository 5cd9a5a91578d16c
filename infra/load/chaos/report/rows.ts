import { row } from '../../router/run/results.ts'
import type { Row as ResultRow } from '../../router/run/results.ts'
import type { Violation } from '../check/check-turns.ts'
import type { JudgedRow } from './judge-row.ts'

export function countOf({ findings }: JudgedRow, ...violations: Violation[]): number {
  return new Set(
    findings.filter(({ violation }) => violations.includes(violation)).map(({ turnId }) => turnId),
  ).size
}

/** For the one table. */
export function tableLine(judged: JudgedRow): Record<string, string | number> {
  const { row: fault, run, turns, landed, exactPercent, recoverySeconds, findings } = judged
  const main: Violation[] = ['lost', 'doubled', 'billed twice', 'not ended']
  return {
    fault: fault.name,
    turns,
    landed,
    lost: countOf(judged, 'lost'),
    doubled: countOf(judged, 'doubled'),
    'billed twice': countOf(judged, 'billed twice'),
    'not ended': countOf(judged, 'not ended'),
    'other findings': findings.filter(({ violation }) => !main.includes(violation)).length,
    'exact %': one(exactPercent),
    'p50 s': one(recoverySeconds.p50),
    'p95 s': one(recoverySeconds.p95),
    'max s': one(recoverySeconds.max),
    figures: (run.figures ?? [])
      .map(({ name, value, unit }) => `${name}: ${one(value)} ${unit}`)
      .join('; '),
  }
}

export function resultRows(judged: JudgedRow): ResultRow[] {
  const { row: fault, run, turns, landed, exactPercent, recoverySeconds } = judged
  const named = (what: string): string => `${fault.name}: ${what}`
  const figures = (run.figures ?? []).map(({ name, value, unit, atMost }) =>
    row(named(name), value, unit, atMost === undefined ? undefined : { atMost }),
  )
  const told = [row(named('turns'), turns, 'turns'), row(named('landed'), landed, 'turns')]
  if (fault.undefended === true || turns === 0) return [...told, ...figures]
  return [
    ...told,
    row(named('lost'), countOf(judged, 'lost'), 'turns', { atMost: 0 }),
    row(named('doubled'), countOf(judged, 'doubled'), 'turns', { atMost: 0 }),
    row(named('billed twice'), countOf(judged, 'billed twice'), 'turns', { atMost: 0 }),
    row(named('not ended within 60 s'), countOf(judged, 'not ended'), 'turns', { atMost: 0 }),
    row(
      named('not in the ledger, or not settled'),
      countOf(judged, 'not in the ledger', 'not settled'),
      'turns',
      { atMost: 0 },
    ),
    row(
      named('truncated or another text'),
      countOf(judged, 'truncated', 'other text', 'not as stored'),
      'turns',
      { atMost: 0 },
    ),
    row(
      named('budget that is not what turns and ledger come to'),
      countOf(judged, 'not given back', 'not the ledger'),
      'users',
      { atMost: 0 },
    ),
    row(named('gap or repeat'), countOf(judged, 'gap', 'repeat'), 'turns', { atMost: 0 }),
    row(named('foreign'), countOf(judged, 'foreign'), 'turns', { atMost: 0 }),
    row(named('error without the shape'), countOf(judged, 'error shape'), 'turns', { atMost: 0 }),
    ...(landed === 0
      ? []
      : [
          row(
            named('completed exactly'),
            exactPercent,
            '%',
            fault.kill === true ? { atLeast: 99 } : undefined,
          ),
          row(named('recovery, p50'), recoverySeconds.p50, 's'),
          row(
            named('recovery, p95'),
            recoverySeconds.p95,
            's',
            fault.kill === true ? { atMost: 8 } : undefined,
          ),
          row(named('recovery, max'), recoverySeconds.max, 's'),
        ]),
    ...figures,
  ]
}

function one(value: number): number {
  return Math.round(value * 10) / 10
}
